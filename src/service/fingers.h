// From samples to fingers that can be compared. Inside service only; pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/image.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"
#include "service/service.h"

namespace puente::service {

struct Print {  // of one sample; a slap gives several
  Finger position = Finger::kUnknown;
  std::size_t sample = 0;             // which one
  Finger in_slap = Finger::kUnknown;  // which finger of a slap it lies as; else unknown
  Image image;
  finger::Extraction extraction;
};
struct Fingers {
  std::vector<Print> usable;
  std::vector<SampleQuality> quality;  // of every finger and slap, unusable ones as well
  std::string unusable;                // why the last one is
};

Result<Fingers> extract(const std::vector<Sample>& samples, const std::map<Finger, Missing>& missing = {});
Status check_order(Fingers& fingers);
std::vector<identify::ProbeFinger> probe_of(const Fingers& fingers);
Result<std::vector<Sample>> probe_samples(const std::vector<Sample>& samples, const Fingers& fingers);

}  // namespace puente::service
