// Inside lab/load: the people of a gallery, by the thousand, and the few who have images.
#pragma once
#include "identify/identify.h"
#include "lab/load/load.h"
#include "lab/load/world.h"
#include "modality/finger/finger.h"

namespace puente::load {

struct Captured {  // fingers of a synthetic person, one day
  std::vector<Sample> samples;
  std::vector<finger::Template> features;
};
Result<Captured> capture_person(std::uint32_t number, std::uint32_t day);             // both index fingers
Result<Captured> capture_card(std::uint32_t number, std::uint32_t day, int fingers);  // each as large as a rolled one

std::string person_at(std::size_t number);  // of the filler
inline constexpr const char* kEncounterId = "e";

// Writes people, bent from `grown`, into the asked country's store and log, some thousand a transaction, and into
// `gallery`. One in ten is withheld from each that asks.
Status fill(const World& world, store::Store& store, identify::Gallery& gallery, std::vector<finger::Template> grown,
            const Options& options);
bool is_withheld(std::size_t number);

}  // namespace puente::load
