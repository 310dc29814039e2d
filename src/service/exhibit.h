// An exhibit is made at the hit, from what was searched, and drawn from as often as an examiner looks. Inside service
// only; any thread.
#pragma once
#include "core/exhibit.h"
#include "intake/intake.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

// Each print of the probe beside the one of the encounter that it may be and is most like. Images stay as they were
// captured, without the words in them; what lies in a slap is cut out. kNotFound: the encounter is gone.
Result<Exhibit> make_exhibit(const store::People& people, const intake::Taken& probe, const store::EncounterId& id);

// The same of two that somebody sent: what a seeded case shows.
Result<Exhibit> make_exhibit(const intake::Taken& probe, const intake::Taken& reference);

// Of the probe alone it has `marks`, an examiner's; of the others no word of what the search took for the same: how
// much that is is a score.
Result<Bytes> draw_png(const ExhibitPair& pair, PictureKind kind, const std::vector<Mark>& marks = {});

// As whoever compares is given it: without what the search took for the same, and turned by steps of five degrees. A
// hit is by its making one that a machine believes in, and a case of two people is none: an examiner who could read
// that would need no look, and would pass every test (decision 0112).
Exhibit without_opinion(Exhibit exhibit);

// The question's prints as they were captured, and nothing that a machine or the candidate says of them.
Exhibit probes_alone(Exhibit exhibit);

}  // namespace puente::service
