// What the standard calls records and fields (ANSI/NIST-ITL 1-2011 Update:2015, clause 8, one table a record type).
#include <algorithm>
#include <array>
#include <span>

#include "format/record/itl.h"

namespace puente::format::itl {
namespace {

struct Named {
  int field;
  FieldName name;
};

constexpr Named kType1[] = {{1, {"LEN", "record length"}},
                            {2, {"VER", "version"}},
                            {3, {"CNT", "transaction content"}},
                            {4, {"TOT", "type of transaction"}},
                            {5, {"DAT", "date"}},
                            {6, {"PRY", "priority"}},
                            {7, {"DAI", "destination agency identifier"}},
                            {8, {"ORI", "originating agency identifier"}},
                            {9, {"TCN", "transaction control number"}},
                            {10, {"TCR", "transaction control reference"}},
                            {11, {"NSR", "native scanning resolution"}},
                            {12, {"NTR", "nominal resolution"}},
                            {13, {"DOM", "domain name"}},
                            {14, {"GMT", "Greenwich mean time"}},
                            {15, {"DCS", "character encoding"}},
                            {16, {"APS", "application profile specifications"}},
                            {17, {"ANM", "agency names"}},
                            {18, {"GNS", "geographic name set"}}};
constexpr Named kType2[] = {{1, {"LEN", "record length"}}, {2, {"IDC", "information designation character"}}};
// types 3 to 6: what their headers hold
constexpr Named kGray[] = {{1, {"LEN", "record length"}},
                           {2, {"IDC", "information designation character"}},
                           {3, {"IMP", "impression type"}},
                           {4, {"FGP", "friction ridge generalized position"}},
                           {5, {"ISR", "image scanning resolution"}},
                           {6, {"HLL", "horizontal line length"}},
                           {7, {"VLL", "vertical line length"}},
                           {8, {"GCA", "compression algorithm"}},
                           {9, {"DATA", "image data"}}};
constexpr Named kType7[] = {{1, {"LEN", "record length"}},
                            {2, {"IDC", "information designation character"}},
                            {3, {"DATA", "as its domain defines it"}}};
constexpr Named kType8[] = {{1, {"LEN", "record length"}},
                            {2, {"IDC", "information designation character"}},
                            {3, {"SIG", "signature type"}},
                            {4, {"SRT", "signature representation type"}},
                            {5, {"ISR", "image scanning resolution"}},
                            {6, {"HLL", "horizontal line length"}},
                            {7, {"VLL", "vertical line length"}},
                            {8, {"DATA", "signature data"}}};
constexpr Named kType9[] = {{1, {"LEN", "record length"}},
                            {2, {"IDC", "information designation character"}},
                            {3, {"IMP", "impression type"}},
                            {4, {"FMT", "minutiae format"}},
                            {5, {"OFR", "originating fingerprint reading system"}},
                            {6, {"FGP", "friction ridge generalized position"}},
                            {7, {"FPC", "fingerprint pattern classification"}},
                            {8, {"CRP", "core position"}},
                            {9, {"DLT", "delta position"}},
                            {10, {"MIN", "number of minutiae"}},
                            {11, {"RDG", "minutiae ridge count indicator"}},
                            {12, {"MRC", "minutiae and ridge count data"}},
                            {13, {"FGN", "finger number (FBI)"}},
                            {14, {"NMN", "number of minutiae (FBI)"}},
                            {15, {"FCP", "fingerprint characterization process (FBI)"}},
                            {16, {"APC", "AFIS/FBI pattern classification"}},
                            {17, {"ROV", "region of value polygon (FBI)"}},
                            {18, {"COF", "coordinate offsets (FBI)"}},
                            {19, {"ORN", "orientation uncertainty (FBI)"}},
                            {20, {"CRA", "core attributes (FBI)"}},
                            {21, {"DLA", "delta attributes (FBI)"}},
                            {22, {"MAT", "minutiae and ridge count data (FBI)"}},
                            {126, {"CBI", "M1 CBEFF information"}},
                            {127, {"CEI", "M1 capture equipment identification"}},
                            {128, {"HLL", "M1 horizontal line length"}},
                            {129, {"VLL", "M1 vertical line length"}},
                            {130, {"SLC", "M1 scale units"}},
                            {131, {"THPS", "M1 transmitted horizontal pixel scale"}},
                            {132, {"TVPS", "M1 transmitted vertical pixel scale"}},
                            {133, {"FVW", "M1 finger view"}},
                            {134, {"FGP", "M1 friction ridge generalized position"}},
                            {135, {"FQD", "M1 friction ridge quality data"}},
                            {136, {"NOM", "M1 number of minutiae"}},
                            {137, {"FMD", "M1 finger minutiae data"}},
                            {138, {"RCI", "M1 ridge count information"}},
                            {139, {"CIN", "M1 core information"}},
                            {140, {"DIN", "M1 delta information"}},
                            {141, {"ADA", "M1 additional delta angles"}},
                            {300, {"ROI", "EFS region of interest"}},
                            {301, {"ORT", "EFS orientation"}},
                            {302, {"FPP", "EFS finger, palm, plantar position"}},
                            {303, {"FSP", "EFS feature set profile"}},
                            {307, {"PAT", "EFS pattern classification"}},
                            {308, {"RQM", "EFS ridge quality map"}},
                            {310, {"RFM", "EFS ridge flow map"}},
                            {320, {"COR", "EFS cores"}},
                            {321, {"DEL", "EFS deltas"}},
                            {331, {"MIN", "EFS minutiae"}},
                            {332, {"MRC", "EFS minutiae ridge count"}}};
// what the images of types 10 and 13 to 17 share
constexpr Named kImage[] = {{1, {"LEN", "record length"}},
                            {2, {"IDC", "information designation character"}},
                            {4, {"SRC", "source agency"}},
                            {6, {"HLL", "horizontal line length"}},
                            {7, {"VLL", "vertical line length"}},
                            {8, {"SLC", "scale units"}},
                            {9, {"THPS", "transmitted horizontal pixel scale"}},
                            {10, {"TVPS", "transmitted vertical pixel scale"}},
                            {11, {"CGA", "compression algorithm"}},
                            {30, {"DMM", "device monitoring mode"}}};
constexpr Named kType10[] = {{3, {"IMT", "image type"}},
                             {5, {"PHD", "photo capture date"}},
                             {12, {"CSP", "color space"}},
                             {13, {"SAP", "subject acquisition profile"}},
                             {14, {"FIP", "face image bounding box, head position"}},
                             {15, {"FPFI", "face image path"}},
                             {16, {"SHPS", "scanned horizontal pixel scale"}},
                             {17, {"SVPS", "scanned vertical pixel scale"}},
                             {18, {"DIST", "distortion"}},
                             {19, {"LAF", "lighting artifacts"}},
                             {20, {"POS", "subject pose"}},
                             {21, {"POA", "pose offset angle"}},
                             {23, {"PAS", "photo acquisition source"}},
                             {24, {"SQS", "subject quality score"}},
                             {25, {"SPA", "subject pose angles"}},
                             {26, {"SXS", "subject facial description"}},
                             {27, {"SEC", "subject eye color"}},
                             {28, {"SHC", "subject hair color"}},
                             {29, {"FFP", "facial feature points"}},
                             {31, {"TMC", "tiered markup collection"}},
                             {38, {"COM", "comment"}},
                             {39, {"T10", "type-10 reference number"}},
                             {40, {"SMT", "scar, mark, tattoo code"}},
                             {41, {"SMS", "scar, mark, tattoo size"}},
                             {42, {"SMD", "scar, mark, tattoo descriptors"}},
                             {43, {"COL", "tattoo color"}}};
// friction ridge images: types 13, 14, 15, which share most of their fields
constexpr Named kRidges[] = {{3, {"IMP", "impression type"}},
                             {5, {"CD", "capture date"}},
                             {12, {"BPX", "bits per pixel"}},
                             {13, {"FGP", "friction ridge generalized position"}},
                             {14, {"PD", "print position descriptors"}},
                             {15, {"PPC", "print position coordinates"}},
                             {16, {"SHPS", "scanned horizontal pixel scale"}},
                             {17, {"SVPS", "scanned vertical pixel scale"}},
                             {18, {"AMP", "amputated or bandaged"}},
                             {20, {"COM", "comment"}},
                             {21, {"SEG", "finger segment position"}},
                             {22, {"NQM", "NIST quality metric"}},
                             {23, {"SQM", "segmentation quality metric"}},
                             {24, {"QM", "quality metric"}},
                             {25, {"ASEG", "alternate finger segment position"}},
                             {26, {"SCF", "simultaneous capture"}},
                             {27, {"SIF", "stitched image flag"}},
                             {31, {"FAP", "subject acquisition profile"}},
                             {46, {"SUB", "subject condition"}},
                             {47, {"CON", "capture organization name"}}};
constexpr Named kType16[] = {{3, {"UDI", "user-defined image type"}},
                             {5, {"UTD", "user-defined image test capture date"}},
                             {12, {"BPX", "bits per pixel"}},
                             {13, {"CSP", "color space"}},
                             {20, {"COM", "comment"}},
                             {24, {"UQS", "user-defined image quality score"}}};
constexpr Named kType17[] = {{3, {"ELR", "eye label"}},
                             {5, {"ICD", "iris capture date"}},
                             {12, {"BPX", "bits per pixel"}},
                             {13, {"CSP", "color space"}},
                             {14, {"RAE", "rotation angle of eye"}},
                             {15, {"RAU", "rotation uncertainty"}},
                             {16, {"IPC", "image property code"}},
                             {17, {"DUI", "device unique identifier"}},
                             {19, {"MMS", "make, model, serial number"}},
                             {20, {"ECL", "eye color"}},
                             {21, {"COM", "comment"}},
                             {22, {"SHPS", "scanned horizontal pixel scale"}},
                             {23, {"SVPS", "scanned vertical pixel scale"}},
                             {24, {"IQS", "image quality score"}},
                             {25, {"EAS", "effective acquisition spectrum"}},
                             {26, {"IRD", "iris diameter"}},
                             {27, {"SSV", "specified spectrum values"}},
                             {28, {"DME", "damaged or missing eye"}},
                             {31, {"IAP", "subject acquisition profile"}},
                             {32, {"ISF", "iris storage format"}},
                             {33, {"IPB", "iris pupil boundary"}},
                             {34, {"ISB", "iris sclera boundary"}},
                             {35, {"UEB", "upper eyelid boundary"}},
                             {36, {"LEB", "lower eyelid boundary"}},
                             {37, {"NEO", "non-eyelid occlusions"}},
                             {40, {"RAN", "range"}},
                             {41, {"GAZ", "frontal gaze"}}};
constexpr Named kType98[] = {{1, {"LEN", "record length"}},        {2, {"IDC", "information designation character"}},
                             {3, {"DFO", "IA data format owner"}}, {4, {"SRC", "source agency"}},
                             {5, {"DFT", "IA data format type"}},  {6, {"DCD", "IA data creation date"}},
                             {900, {"ALF", "audit log"}},          {901, {"ARN", "audit revision number"}}};
constexpr Named kType99[] = {{1, {"LEN", "record length"}},
                             {2, {"IDC", "information designation character"}},
                             {4, {"SRC", "source agency"}},
                             {5, {"BCD", "biometric creation date"}},
                             {100, {"HDV", "CBEFF header version"}},
                             {101, {"BTY", "biometric type"}},
                             {102, {"BDQ", "biometric data quality"}},
                             {103, {"BFO", "biometric format owner"}},
                             {104, {"BFT", "biometric format type"}}};
// what records from type 10 on share
constexpr Named kShared[] = {{901, {"FCT", "friction ridge capture technology"}},
                             {902, {"ANN", "annotation information"}},
                             {903, {"DUI", "device unique identifier"}},
                             {904, {"MMS", "make, model, serial number"}},
                             {993, {"SAN", "source agency name"}},
                             {994, {"EFR", "external file reference"}},
                             {995, {"ASC", "associated context"}},
                             {996, {"HAS", "hash"}},
                             {997, {"SOR", "source representation"}},
                             {998, {"GEO", "geographic sample acquisition location"}},
                             {999, {"DATA", "image or biometric data"}}};

struct Known {
  int type;
  std::string_view name;
  std::span<const Named> fields;
};
constexpr Known kKnown[] = {{1, "transaction information", kType1},
                            {2, "user-defined descriptive text", kType2},
                            {3, "low-resolution grayscale fingerprint", kGray},
                            {4, "high-resolution grayscale fingerprint", kGray},
                            {5, "low-resolution binary fingerprint", kGray},
                            {6, "high-resolution binary fingerprint", kGray},
                            {7, "user-defined image", kType7},
                            {8, "signature image", kType8},
                            {9, "minutiae", kType9},
                            {10, "face, other body part, scar, mark or tattoo image", kType10},
                            {13, "latent friction ridge image", kRidges},
                            {14, "fingerprint image", kRidges},
                            {15, "palm print image", kRidges},
                            {16, "user-defined testing image", kType16},
                            {17, "iris image", kType17},
                            {98, "information assurance", kType98},
                            {99, "CBEFF biometric data", kType99}};

const Known* known(int type) {
  const auto found = std::find_if(std::begin(kKnown), std::end(kKnown), [=](const Known& k) { return k.type == type; });
  return found == std::end(kKnown) ? nullptr : &*found;
}

}  // namespace

std::string_view record_name(int type) {
  return known(type) ? known(type)->name : "unknown";
}

FieldName name_of(int type, int field) {
  const auto in = [field](std::span<const Named> fields) {
    const auto found = std::find_if(fields.begin(), fields.end(), [=](const Named& n) { return n.field == field; });
    return found == fields.end() ? FieldName() : found->name;
  };
  FieldName name = known(type) ? in(known(type)->fields) : FieldName();
  if (name.mnemonic.empty() && type >= 10 && type <= 17) name = in(kImage);
  if (name.mnemonic.empty() && type >= 10) name = in(kShared);
  return name;
}

}  // namespace puente::format::itl
