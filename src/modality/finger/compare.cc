#include "modality/finger/alignment.h"

#include "core/tally.h"

namespace puente::finger {

Scratch::Scratch() : data_(std::make_unique<Data>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

double compare_score(const Prepared& probe, const Prepared& reference, Scratch& scratch) {
  tally(Work::kCompare);
  align(probe.data(), reference.data(), scratch.data());
  return scratch.data().best.score;
}

Comparison compare(const Prepared& probe, const Prepared& reference, Scratch& scratch) {
  tally(Work::kCompare);
  Comparison out;
  align(probe.data(), reference.data(), scratch.data());
  out.evidence = scratch.data().best.evidence;
  out.score = scratch.data().best.score;
  out.pairs = scratch.data().best.pairs;
  out.rotation = scratch.data().best.alignment.rotation;
  return out;
}

}  // namespace puente::finger
