#include <algorithm>

#include "modality/finger/finger.h"

namespace puente::finger {

const char* to_string(SequenceVerdict verdict) {
  switch (verdict) {
    case SequenceVerdict::kConfirmed:
      return "confirmed";
    case SequenceVerdict::kContradicted:
      return "contradicted";
    case SequenceVerdict::kUnproven:
      break;
  }
  return "unproven";
}

std::vector<SequenceFinding> check_sequence(std::span<const PlacedPrint> segments,
                                            std::span<const PlacedPrint> rolled) {
  std::vector<Prepared> references;
  for (const PlacedPrint& print : rolled) references.push_back(prepare(*print.print));
  Scratch scratch;
  std::vector<SequenceFinding> findings;
  for (const PlacedPrint& segment : segments) {
    const Prepared probe = prepare(*segment.print);
    SequenceFinding finding;
    finding.claimed = segment.position;
    for (std::size_t i = 0; i < rolled.size(); ++i) {
      const double score = compare_score(probe, references[i], scratch);
      if (rolled[i].position == finding.claimed) finding.claimed_score = std::max(finding.claimed_score, score);
      if (score > finding.best_score) finding.best_score = score, finding.best = rolled[i].position;
    }
    if (finding.claimed_score >= kFits)
      finding.verdict = SequenceVerdict::kConfirmed;
    else if (finding.best_score >= kFits && finding.claimed_score < kDoubts)
      finding.verdict = SequenceVerdict::kContradicted;
    findings.push_back(finding);
  }
  return findings;
}

}  // namespace puente::finger
