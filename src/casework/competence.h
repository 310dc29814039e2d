// Competence: what an examiner's verdicts on seeded pairs, whose truth is known, say of the examiner. Pure; any thread.
//
// Of all cases one in kSeededOneIn is such a pair, half of these the closest non-mates of our own search. Whoever
// confirms one that is no mate is *found*: until a supervisor has renewed it the certificate is suspended. So one who
// confirms a share s of non-mates is found at each case with p = s / 40, after ln(1/2) / ln(1 - p) cases in the median:
//
//   s        median   at 95 %
//   1            27       119   confirms everything
//   1/10        277     1,197
//   1/1000   27,726   119,828   as careful as the examiners of Ulery, Hicklin, Buscaglia and Roberts, "Accuracy and
//                               reliability of forensic latent fingerprint decisions", PNAS 108 (2011), 7733–7738
//
// A mate that is rejected counts in the rate and suspends nobody: in that study 85 % of examiners did it, 7.5 % of the
// time. To be undecided is no error. Expected there, and simulated by Competence.* (10,000 examiners a row).
#pragma once
#include "core/case.h"
#include "core/clock.h"
#include "core/practice.h"

namespace puente::casework {

inline constexpr std::uint32_t kSeededOneIn = 20;  // of all cases, the seeded ones among them

// Whether a seeded case follows this real one; and which truth the next has. Nobody can foresee either but by chance.
bool is_followed_by_seeded(Random& random);
Truth next_truth(Random& random);

PracticeOutcomes with(PracticeOutcomes before, Truth truth, Verdict verdict);
PracticeOutcomes together(const PracticeOutcomes& a, const PracticeOutcomes& b);
bool is_found(const PracticeOutcomes& examiner);

// With its interval: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
// of the binomial", Biometrika 26 (1934), 404–413. It holds the true rate at least as often as it says, however few.
ErrorRate rate(std::uint32_t errors, std::uint32_t of);
ErrorRate error_rate(const PracticeOutcomes& outcomes);  // of both kinds, among what was decided

}  // namespace puente::casework
