#include "format/itl/layout.h"

#include <algorithm>

#include "format/itl/layout_text.h"

namespace puente::format::itl {
namespace {

// ends of rows' texts
#define PUENTE_QUALITY "QVU:N1-3=0..100,254,255 / QAV:H4 / QAP:N1-5=1..65535"
#define PUENTE_CONDITION "SSC:X1-8 / SBSC:N1=1,2? / SBCC:N1=1..3?"
#define PUENTE_PATH "NOP:N1-2=2..99 / *HPO:N1-5 / VPO:N1-5"
#define PUENTE_PARTS "EJI,TIP,FV1,FV2,FV3,FV4,PRX,DST,MED"
#define PUENTE_IMPRESSIONS "0..8,10..15,20..39,41,42"
#define PUENTE_UNKNOWN_COLOR \
  "X"                        \
  "XX"
#define PUENTE_EYES "BLK,BLU,BRO,GRN,GRY,HAZ,MAR,MUL,PNK," PUENTE_UNKNOWN_COLOR

// ---- what records share ---------------------------------------------------------------------------------------------

constexpr FieldLayout kHeader[] = {
    {1, "LEN", "record length", 0, 'M', 1, "N1-10"_items},
    {2, "IDC", "information designation character", 0, 'M', 1, "N1-2=0..99"_items},
};

// types 3 to 6, whose headers are binary
constexpr FieldLayout kGray[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2=0..8,10..15,20..29,41,42"_items},
    {4, "FGP", "friction ridge generalized position", 0, 'M', 1, "*FGP:N1-3=0..30,40..54,255"_items},
    {5, "ISR", "image scanning resolution", 0, 'M', 1, "N1=0,1"_items},
    {6, "HLL", "horizontal line length", 0, 'M', 1, "N1-5=1..65535"_items},
    {7, "VLL", "vertical line length", 0, 'M', 1, "N1-5=1..65535"_items},
    {8, "GCA", "compression algorithm", 0, 'M', 1, "N1-3=0..6"_items},
    {9, "DATA", "image data", 0, 'M', 1, "B1-"_items},
};

// types 10 and 13 to 17: the image's sizes
constexpr FieldLayout kImage[] = {
    {4, "SRC", "source agency", 0, 'M', 1, "T1-"_items},
    {6, "HLL", "horizontal line length", 0, 'M', 1, "N1-5=1..99999"_items},
    {7, "VLL", "vertical line length", 0, 'M', 1, "N1-5=1..99999"_items},
    {8, "SLC", "scale units", 0, 'M', 1, "N1=0..2"_items},
    {9, "THPS", "transmitted horizontal pixel scale", 0, 'M', 1, "N1-5=1..99999"_items},
    {10, "TVPS", "transmitted vertical pixel scale", 0, 'M', 1, "N1-5=1..99999"_items},
    {999, "DATA", "image data", 0, 'M', 1, "B1-"_items},
};
// the same, of body parts that may be missing
constexpr FieldLayout kImageUnlessMissing[] = {
    {4, "SRC", "source agency", 0, 'M', 1, "T1-"_items},
    {6, "HLL", "horizontal line length", 0, 'D', 1, "N1-5=1..99999"_items},
    {6, "HLL", "horizontal line length", 501, 'D', 1, "N2-5=10..99999"_items},
    {7, "VLL", "vertical line length", 0, 'D', 1, "N1-5=1..99999"_items},
    {7, "VLL", "vertical line length", 501, 'D', 1, "N2-5=10..99999"_items},
    {8, "SLC", "scale units", 0, 'D', 1, "N1=0..2"_items},
    {9, "THPS", "transmitted horizontal pixel scale", 0, 'D', 1, "N1-5=1..99999"_items},
    {10, "TVPS", "transmitted vertical pixel scale", 0, 'D', 1, "N1-5=1..99999"_items},
    {999, "DATA", "image data", 0, 'D', 1, "B1-"_items},
};
constexpr FieldLayout kMonitoring[] = {
    {30, "DMM", "device monitoring mode", 400, 'O', 1, "A7-10=CONTROLLED,ASSISTED,OBSERVED,UNATTENDED,UNKNOWN"_items},
};

// friction ridge images: types 13, 14, 15
constexpr FieldLayout kRidges[] = {
    {11, "CGA", "compression algorithm", 0, 'D', 1, "X3-5=NONE,WSQ20,JPEGB,JPEGL,JP2,JP2L,PNG"_items},
    {12, "BPX", "bits per pixel", 0, 'D', 1, "N1-2=8..99"_items},
    {16, "SHPS", "scanned horizontal pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {17, "SVPS", "scanned vertical pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {20, "COM", "comment", 0, 'O', 1, "U1-127"_items},
    {46, "SUB", "subject condition", 501, 'O', 1, PUENTE_CONDITION ""_items},
    {47, "CON", "capture organization name", 501, 'O', 1, "U1-1000"_items},
    {901, "FCT", "friction ridge capture technology", 502, 'O', 1, "N1-2=0..22"_items},
};

// types 10 and up
constexpr FieldLayout kAnnotations[] = {
    {902, "ANN", "annotation information", 500, 'O', 0, "GMT:G / NAV:U1-64 / OWN:U1-64 / PRO:U1-255"_items},
    {903, "DUI", "device unique identifier", 500, 'O', 1, "T13-16"_items},
    {904, "MMS", "make, model, serial number", 500, 'O', 1, "MAK:U1-50 / MOD:U1-50 / SER:U1-50"_items},
    {992, "T2C", "type-2 record cross reference", 501, 'O', 1, "N1-2=0..99"_items},
    {993, "SAN", "source agency name", 500, 'O', 1, "U1-125"_items},
    {994, "EFR", "external file reference", 501, 'O', 1, "U1-200"_items},
    {995, "ASC", "associated context", 500, 'O', 255, "ACN:N1-3=1..255 / ASP:N1-2=1..99?"_items},
    {996, "HAS", "hash", 500, 'O', 1, "H64"_items},
    {997, "SOR", "source representation", 500, 'O', 255, "SRN:N1-3=1..255 / RSP:N1-2=1..99?"_items},
    {998, "GEO", "geographic sample acquisition location", 500, 'O', 1,
     "UTE:G? / LTD:R1-9? / LTM:R1-8? / LTS:R1-8? / LGD:R1-10? / LGM:R1-8? / LGS:R1-8? / ELE:R1-8? / GDC:T3-6? / "
     "GCM:X2-3? / GCE:N1-6? / GCN:N1-8? / GRT:U1-150? / OSI:U1-10? / OCV:U1-126?"_items},
};

// ---- the records ----------------------------------------------------------------------------------------------------

constexpr FieldLayout kType1[] = {
    {1, "LEN", "record length", 0, 'M', 1, "N1-10"_items},
    {2, "VER", "version", 0, 'M', 1, "N4"_items},
    {3, "CNT", "transaction content", 0, 'M', 1000, "record type:N1-2 / count or IDC:N1-3"_items},
    {4, "TOT", "type of transaction", 0, 'M', 1, "T3-4"_items},
    {4, "TOT", "type of transaction", 500, 'M', 1, "T1-16"_items},
    {5, "DAT", "date", 0, 'M', 1, "D"_items},
    {6, "PRY", "priority", 0, 'O', 1, "N1=1..9"_items},
    {7, "DAI", "destination agency identifier", 0, 'M', 1, "T1-"_items},
    {8, "ORI", "originating agency identifier", 0, 'M', 1, "T1-"_items},
    {9, "TCN", "transaction control number", 0, 'M', 1, "T1-"_items},
    {10, "TCR", "transaction control reference", 0, 'O', 1, "T1-"_items},
    {11, "NSR", "native scanning resolution", 0, 'M', 1, "P5"_items},
    {12, "NTR", "nominal resolution", 0, 'M', 1, "P5"_items},
    {13, "DOM", "domain name", 0, 'O', 1, "DNM:T1- / DVN:T1-?"_items},
    {14, "GMT", "Greenwich mean time", 0, 'O', 1, "G"_items},
    {15, "DCS", "character encoding", 0, 'O', 0, "CSI:N1-3 / CSN:T1-32 / CSV:T1-16?"_items},
    {16, "APS", "application profile specifications", 500, 'O', 99, "APO:T1- / APN:T1- / APV:T1-"_items},
    {17, "ANM", "agency names", 500, 'O', 1, "DAN:U1-125? / OAN:U1-125?"_items},
    {18, "GNS", "geographic name set", 500, 'O', 1, "A3-4=ISO,GENC"_items},
};

constexpr FieldLayout kType7[] = {
    {3, "DATA", "as its domain defines it", 0, 'O', 1, ""_items},
};

constexpr FieldLayout kType8[] = {
    {3, "SIG", "signature type", 0, 'M', 1, "N1=0,1"_items},
    {4, "SRT", "signature representation type", 0, 'M', 1, "N1=0..2"_items},
    {5, "ISR", "image scanning resolution", 0, 'M', 1, "N1=0,1"_items},
    {6, "HLL", "horizontal line length", 0, 'M', 1, "N1-5"_items},
    {7, "VLL", "vertical line length", 0, 'M', 1, "N1-5"_items},
    {8, "DATA", "signature data", 0, 'M', 1, "B1-"_items},
};

constexpr FieldLayout kType9[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2="_items PUENTE_IMPRESSIONS},
    {4, "FMT", "minutiae format", 0, 'M', 1, "A1=S,U"_items},
    {5, "OFR", "originating fingerprint reading system", 0, 'D', 1,
     "name:U1- / method:A1=A,E,M,U / subsystem:U1-?"_items},
    {6, "FGP", "friction ridge generalized position", 0, 'D', 0, "N1-2=0..38,40..54,60..79,81..86"_items},
    {7, "FPC", "fingerprint pattern classification", 0, 'D', 1, "source:A1=T,U / *pattern:T1-"_items},
    {8, "CRP", "core position", 0, 'O', 0, "N8"_items},
    {9, "DLT", "delta position", 0, 'O', 0, "N8"_items},
    {10, "MIN", "number of minutiae", 0, 'D', 1, "N1-3"_items},
    {11, "RDG", "minutiae ridge count indicator", 0, 'D', 1, "N1=0,1"_items},
    {12, "MRC", "minutiae and ridge count data", 0, 'D', 0,
     "index:N1-3 / XYT:N11-13 / quality:N1-2? / type:A1=A,B,C,D? / *neighbour:T1-?"_items},
    {14, "FGN", "finger number (FBI)", 0, 'O', 0, ""_items},
    {15, "NMN", "number of minutiae (FBI)", 0, 'O', 0, ""_items},
    {16, "FCP", "fingerprint characterization process (FBI)", 0, 'O', 0, ""_items},
    {17, "APC", "AFIS/FBI pattern classification", 0, 'O', 0, ""_items},
    {18, "ROV", "region of value polygon (FBI)", 0, 'O', 0, ""_items},
    {19, "COF", "coordinate offsets (FBI)", 0, 'O', 0, ""_items},
    {20, "ORN", "orientation uncertainty (FBI)", 0, 'O', 0, ""_items},
    {21, "CRA", "core attributes (FBI)", 0, 'O', 0, ""_items},
    {22, "DLA", "delta attributes (FBI)", 0, 'O', 0, ""_items},
    {23, "MAT", "minutiae and ridge count data (FBI)", 0, 'O', 0, ""_items},
    {126, "CBI", "M1 CBEFF information", 400, 'O', 1, "CFO:X1-4 / CFT:X1-4 / CPI:X1-8"_items},
    {127, "CEI", "M1 capture equipment identification", 400, 'O', 1, "AFS:X4 / CID:T1-12"_items},
    {128, "HLL", "M1 horizontal line length", 400, 'O', 1, "N1-5=1..99999"_items},
    {129, "VLL", "M1 vertical line length", 400, 'O', 1, "N1-5=1..99999"_items},
    {130, "SLC", "M1 scale units", 400, 'O', 1, "N1=1,2"_items},
    {131, "THPS", "M1 transmitted horizontal pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {132, "TVPS", "M1 transmitted vertical pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {133, "FVW", "M1 finger view", 400, 'O', 1, "N1-2=0..15"_items},
    {134, "FGP", "M1 friction ridge generalized position", 400, 'O', 1, "N1-2=0..10"_items},
    {135, "FQD", "M1 friction ridge quality data", 400, 'O', 9, "QVU:N1-3=0..100,254,255 / QAV:H4? / QAP:N1-5?"_items},
    {136, "NOM", "M1 number of minutiae", 400, 'O', 1, "N1-3"_items},
    {137, "FMD", "M1 finger minutiae data", 400, 'O', 255,
     "MAN:N1-3=1..255 / MXC:N1-5 / MYC:N1-5 / MAV:N1-3=0..179 / M1M:N1=0..3 / QOM:N1-3=0..100,254,255"_items},
    {138, "RCI", "M1 ridge count information", 400, 'O', 0, "N1-3 / *:N1-3?"_items},
    {139, "CIN", "M1 core information", 400, 'O', 9, "XCC:N1-5 / YCC:N1-5 / ANGC:N1-3=0..179?"_items},
    {140, "DIN", "M1 delta information", 400, 'O', 9, "XCD:N1-5 / YCD:N1-5 / ANG1:N1-3=0..179?"_items},
    {141, "ADA", "M1 additional delta angles", 400, 'O', 9, "ANG2:N1-3=0..179? / ANG3:N1-3=0..179?"_items},
    {176, "OOD", "other feature sets: owner or developer", 500, 'O', 1, "U1-40"_items},
    {177, "PAG", "other feature sets: processing algorithm", 500, 'O', 1, "PAN:U1-99 / PAV:U1-99?"_items},
    {178, "SOD", "other feature sets: system or device", 500, 'O', 1, "OFN:U1-40 / OFV:U1-40?"_items},
    {179, "DTX", "other feature sets: contact information", 500, 'O', 1, "U1-1000"_items},
    {901, "ULA", "universal latent workstation annotation", 500, 'O', 0, "U1-300"_items},
};
// the Extended Feature Set, clause 8.9.7
constexpr FieldLayout kExtended[] = {
    {300, "ROI", "EFS region of interest", 500, 'O', 1, "EWI:N1-5 / EHI:N1-5 / EHO:N1-5? / EVO:N1-5? / ROP:T1-?"_items},
    {301, "ORT", "EFS orientation", 500, 'O', 1, "EOD:S1-4 / EUC:N1-3?"_items},
    {302, "FPP", "EFS finger, palm, plantar position", 500, 'O', 20,
     "FGP:N1-2=0..38,40..54,60..79,81..86 / FSM:A3? / OCF:A1? / SGP:T1-?"_items},
    {303, "FSP", "EFS feature set profile", 500, 'O', 9, "N1-2"_items},
    {307, "PAT", "EFS pattern classification", 500, 'O', 7, "GCF:A2 / SUB:A2? / WDR:A1?"_items},
    {308, "RQM", "EFS ridge quality map", 500, 'O', 0, "T1-"_items},
    {309, "RQF", "EFS ridge quality map format", 500, 'O', 1, "GSZ:N1-2 / RDF:A3"_items},
    {310, "RFM", "EFS ridge flow map", 500, 'O', 0, "T1-"_items},
    {311, "RFF", "EFS ridge flow map format", 500, 'O', 1, "SFQ:N1-3 / RDF:A3"_items},
    {312, "RWM", "EFS ridge wavelength map", 500, 'O', 0, "T1-"_items},
    {313, "RWF", "EFS ridge wavelength map format", 500, 'O', 1, "FWS:N1-2 / FDF:A3"_items},
    {314, "TRV", "EFS tonal reversal", 500, 'O', 1, "A1=N,P,U"_items},
    {315, "PLR", "EFS possible lateral reversal", 500, 'O', 1, "A1=L,U"_items},
    {316, "FQM", "EFS friction ridge quality metric", 500, 'O', 9, PUENTE_QUALITY ""_items},
    {317, "PGS", "EFS possible growth or shrinkage", 500, 'O', 1, "TGS:A1=G,S / CGS:U1-200?"_items},
    {320, "COR", "EFS cores", 500, 'O', 0, "CXC:N1-5 / CYC:N1-5 / CDI:N1-3=0..359? / RPU:N1-3? / DUY:N1-3?"_items},
    {321, "DEL", "EFS deltas", 500, 'O', 0,
     "DXC:N1-5 / DYC:N1-5 / DUP:N1-3? / DLF:N1-3? / DRT:N1-3? / DTP:X1-3? / RPU:N1-3? / DUU:N1-3? / DUL:N1-3? / "
     "DUR:N1-3?"_items},
    {322, "CDR", "EFS core to delta ridge counts", 500, 'O', 0, "CIX:X1-2 / DIX:X1-2 / MNRC:N1-2 / MXRC:N1-2?"_items},
    {323, "CPR", "EFS center point of reference", 500, 'O', 3, "CPM:X1 / PXC:N1-5 / PYC:N1-5 / CRU:N1-3?"_items},
    {324, "DIS", "EFS distinctive features", 500, 'O', 99, "DIT:T1- / DFP:T1-? / DFC:U1-200?"_items},
    {325, "NCOR", "EFS no cores present", 500, 'O', 1, "A1=A,Y"_items},
    {326, "NDEL", "EFS no deltas present", 500, 'O', 1, "A1=A,Y"_items},
    {327, "NDIS", "EFS no distinctive features present", 500, 'O', 1, "A1=A,Y"_items},
    {331, "MIN", "EFS minutiae", 500, 'O', 999,
     "MXC:N1-5 / MYC:N1-5 / MTD:N1-3=0..359 / MTY:A1=B,E,X / MRU:N1-3? / MDU:N1-3?"_items},
    {332, "MRA", "EFS minutiae ridge count algorithm", 500, 'O', 1, "A1-8"_items},
    {333, "MRC", "EFS minutiae ridge counts", 500, 'O', 0,
     "MIA:N1-3 / MIB:N1-3 / MIR:N1-2 / MRN:N1=0..7? / MRS:N1=0,1?"_items},
    {334, "NMIN", "EFS no minutiae present", 500, 'O', 1, "A1=A,Y"_items},
    {335, "RCC", "EFS minutiae ridge count confidence", 500, 'O', 0,
     "ACX:N1-5 / ACY:N1-5 / BCX:N1-5 / BCY:N1-5 / MORC:A1 / MCV:N1-2"_items},
    {340, "DOT", "EFS dots", 500, 'O', 999, "DOX:N1-5 / DOY:N1-5 / DOL:N1-4?"_items},
    {341, "INR", "EFS incipient ridges", 500, 'O', 999, "X1C:N1-5 / Y1C:N1-5 / X2C:N1-5 / Y2C:N1-5"_items},
    {342, "CLD", "EFS creases and linear discontinuities", 500, 'O', 999,
     "X1D:N1-5 / Y1D:N1-5 / X2D:N1-5 / Y2D:N1-5 / TPD:A3"_items},
    {343, "REF", "EFS ridge edge features", 500, 'O', 999, "CLX:N1-5 / CLY:N1-5 / CLT:A1"_items},
    {344, "NPOR", "EFS no pores present", 500, 'O', 1, "A1=A,Y"_items},
    {345, "POR", "EFS pores", 500, 'O', 9999, "POX:N1-5 / POY:N1-5"_items},
    {346, "NDOT", "EFS no dots present", 500, 'O', 1, "A1=A,Y"_items},
    {347, "NINR", "EFS no incipient ridges present", 500, 'O', 1, "A1=A,Y"_items},
    {348, "NCLD", "EFS no creases present", 500, 'O', 1, "A1=A,Y"_items},
    {349, "NREF", "EFS no ridge edge features present", 500, 'O', 1, "A1=A,Y"_items},
    {350, "MFD", "EFS method of feature detection", 500, 'O', 99,
     "FIE:T1- / FME:A3-4 / FAV:U1-? / FAL:U1-? / ESN:U1-? / EGN:U1-? / EAF:U1-? / EMT:G? / NTS:U1-?"_items},
    {351, "COM", "EFS comments", 500, 'O', 1, "U1-200"_items},
    {352, "LPM", "EFS latent processing method", 500, 'O', 9, "X3"_items},
    {353, "EAA", "EFS examiner analysis assessment", 500, 'O', 1,
     "AAV:A2-11 / ALN:U1-40 / AFN:U1-40 / AAF:U1-99 / AMT:G / ACM:U1-200? / CXF:A7?"_items},
    {354, "EOF", "EFS evidence of fraud", 500, 'O', 4, "FRA:A3 / CFD:U1-200?"_items},
    {355, "LSB", "EFS latent substrate", 500, 'O', 3, "CLS:X1-2 / OSD:U1-1000?"_items},
    {356, "LMT", "EFS latent matrix", 500, 'O', 3, "TOM:N1-2 / CLA:U1-200?"_items},
    {357, "LQI", "EFS local quality issues", 500, 'O', 0, "LQT:T1- / LQP:T1- / LQC:U1-200?"_items},
    {360, "AOC", "EFS area of correspondence", 500, 'O', 0, "CIR:N1-2 / AOP:T1- / CAC:U1-200?"_items},
    {361, "CPF", "EFS corresponding points or features", 500, 'O', 0, ""_items},
    {362, "ECD", "EFS examiner comparison determination", 500, 'O', 0, ""_items},
    {363, "RRC", "EFS relative rotation of corresponding print", 500, 'O', 0, "RIR:N1-2 / ROR:S1-4"_items},
    {372, "SIM", "EFS skeletonized image", 500, 'O', 1, ""_items},
    {373, "RPS", "EFS ridge path segments", 500, 'O', 0, "T1-"_items},
    {380, "TPL", "EFS temporary lines", 500, 'O', 999,
     "TXA:N1-5 / TYA:N1-5 / TXB:N1-5 / TYB:N1-5 / TLC:H6 / TLT:N1-2"_items},
    {381, "FCC", "EFS feature color or comment", 500, 'O', 999, "FTF:N3 / FTO:N1-4 / FTC:H6? / COM:U1-200?"_items},
};

constexpr FieldLayout kType10[] = {
    {3, "IMT", "image type", 0, 'M', 1,
     "T3-11=FACE,SCAR,MARK,TATTOO,FRONTAL-C,REAR-C,FRONTAL-N,REAR-N,TORSO-BACK,TORSO-FRONT,CONDITION,MISSING,OTHER,"
     "CHEST,FEET,HANDS-PALM,HANDS-BACK,GENITALS,BUTTOCKS,RIGHT LEG,LEFT LEG,RIGHT ARM,LEFT "
     "ARM,HEAD,EXTRAORAL,INTRAORAL,"
     "LIP"_items},
    {5, "PHD", "photo capture date", 0, 'M', 1, "D"_items},
    {11, "CGA", "compression algorithm", 0, 'M', 1, "X3-5=NONE,JPEGB,JPEGL,JP2,JP2L,PNG"_items},
    {12, "CSP", "color space", 0, 'M', 1, "A3-4=UNK,GRAY,RGB,SRGB,YCC,SYCC"_items},
    {13, "SAP", "subject acquisition profile", 400, 'D', 1, "N1-2=0,1,10..15,20,30,32,40,42,50..52"_items},
    {14, "FIP", "face image bounding box, head position", 500, 'O', 1,
     "LHC:N1-5 / RHC:N1-5 / TVC:N1-5 / BVC:N1-5 / BBC:A1=S,H,F,N,X?"_items},
    {15, "FPFI", "face image path", 500, 'O', 1, "BYC:A1=C,E,P / "_items PUENTE_PATH},
    {16, "SHPS", "scanned horizontal pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {17, "SVPS", "scanned vertical pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {18, "DIST", "distortion", 500, 'O', 1, "IDK:T1-13 / IDM:A1=C,E / DSC:T1-8"_items},
    {19, "LAF", "lighting artifacts", 500, 'O', 3, "A1=F,H,R"_items},
    {20, "POS", "subject pose", 0, 'O', 1, "A1=F,R,L,A,D"_items},
    {21, "POA", "pose offset angle", 0, 'O', 1, "S1-4=-180..180"_items},
    {22, "PXS", "photo description (legacy)", 0, 'O', 9, "T3-20 / T1-64?"_items},
    {23, "PAS", "photo acquisition source", 400, 'O', 1,
     "PAC:T6-14=UNSPECIFIED,UNKNOWN PHOTO,DIGITAL CAMERA,SCANNER,UNKNOWN VIDEO,ANALOGUE VIDEO,DIGITAL VIDEO,VENDOR / "
     "VSD:U1-64?"_items},
    {24, "SQS", "subject quality score", 400, 'O', 9, PUENTE_QUALITY ""_items},
    {25, "SPA", "subject pose angles", 400, 'O', 1,
     "YAW:S1-4=-180..180 / PIT:S1-3=-90..90 / ROL:S1-4=-180..180 / YAWU:N1-2=0..90? / PITU:N1-2=0..90? / "
     "ROLU:N1-2=0..90?"_items},
    {26, "SXS", "subject facial description", 400, 'O', 50, "T2-50"_items},
    {27, "SEC", "subject eye color", 400, 'O', 2, "A3="_items PUENTE_EYES},
    {28, "SHC", "subject hair color", 400, 'O', 2,
     "A3=BAL,BLK,BLN,BLU,BRO,GRN,GRY,ONG,PLE,PNK,RED,SDY,WHI,"_items PUENTE_UNKNOWN_COLOR},
    {29, "FFP", "facial feature points", 400, 'O', 88, "FPT:N1=1,2 / FPC:T1-10 / HCX:N1-5 / HCY:N1-5"_items},
    {31, "TMC", "tiered markup collection", 500, 'O', 1, "N1-3"_items},
    {32, "3DF", "3D facial feature points", 500, 'O', 88, "FPT:N1 / FPC:T1-10 / HCX:N1-5 / HCY:N1-5 / HCZ:N1-5"_items},
    {33, "FEC", "feature contours", 500, 'O', 12, "FCC:T3-14 / "_items PUENTE_PATH},
    {34, "ICDR", "image capture date range estimate", 501, 'O', 1, "T3-20"_items},
    {38, "COM", "comment", 500, 'O', 1, "U1-126"_items},
    {39, "T10", "type-10 reference number", 500, 'O', 1, "N1-3=1..255"_items},
    {40, "SMT", "scar, mark, tattoo code", 0, 'D', 3, "T3-10"_items},
    {41, "SMS", "scar, mark, tattoo size", 0, 'O', 1, "HGT:N1-3 / WID:N1-3"_items},
    {42, "SMD", "scar, mark, tattoo descriptors", 0, 'O', 9, "SMI:A3-8 / TAC:T3-8? / TSC:T3-10? / TDS:U1-256?"_items},
    {43, "COL", "tattoo color", 0, 'O', 9,
     "TC1:A3-7=BLACK,BROWN,GRAY,BLUE,GREEN,ORANGE,PURPLE,RED,YELLOW,WHITE,MULTI,OUTLINE / "
     "*TC2:A3-7=BLACK,BROWN,GRAY,BLUE,"
     "GREEN,ORANGE,PURPLE,RED,YELLOW,WHITE,MULTI,OUTLINE?"_items},
    {44, "ITX", "image transform", 500, 'O', 18,
     "A3-11=AGE,AXIS,COLORSHIFT,CONTRAST,CROP,DIST,DOWNSAMPLE,GRAY,ILLUM,IMGFUSE,INTERPOLATE,MULTCOMP,MULTIVIEW,POSE,"
     "ROTATE,SNIR,SUPERRES,WHITE"_items},
    {45, "OCC", "occlusions", 500, 'O', 16, "OCY:A1=T,I,L,S / OCT:A1=H,S,C,R,O / "_items PUENTE_PATH},
    {46, "SUB", "subject condition", 501, 'O', 1, PUENTE_CONDITION ""_items},
    {47, "CON", "capture organization name", 501, 'O', 1, "U1-1000"_items},
    {48, "PID", "patterned injury detail", 501, 'O', 0, "PARC:T1-30? / PADT:U1-1000?"_items},
    {49, "CID", "cheiloscopic image data", 501, 'O', 1, ""_items},
    {50, "VID", "dental visual image data", 501, 'O', 1, "VIVC:T1- / VIDT:U1-1000? / VICD:U1-100?"_items},
    {51, "RSP", "ruler or scale presence", 501, 'O', 1, "RSU:A2-4=IN,MM,BOTH / RSM:U1-50? / RSO:U1-50?"_items},
};

constexpr FieldLayout kType13[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2=4..7,12..15,28,29,32..39"_items},
    {5, "LCD", "latent capture date", 0, 'M', 1, "D"_items},
    {11, "CGA", "compression algorithm", 0, 'M', 1, "X3-5=NONE,WSQ20,JPEGB,JPEGL,JP2,JP2L,PNG"_items},
    {12, "BPX", "bits per pixel", 0, 'M', 1, "N1-2=8..99"_items},
    {13, "FGP", "friction ridge generalized position", 0, 'M', 6, "N1-2=0..38,40..54,60..79,81..86"_items},
    {14, "SPD", "search position descriptors", 400, 'D', 9, "PDF:N1-2=0..10,16,17 / FIC:X3="_items PUENTE_PARTS},
    {15, "PPC", "print position coordinates", 400, 'O', 12,
     "FVC:X2-3=NA,TIP,FV1,FV2,FV3,FV4 / LOS:A2-3=NA,DST,PRX,MED / LHC:N1-5 / RHC:N1-5 / TVC:N1-5 / BVC:N1-5"_items},
    {18, "RSP", "ruler or scale presence", 501, 'O', 1,
     "RSU:A2-4=IN,MM,BOTH? / RSM:U1-50? / RSO:U1-50? / RSF:U1-99?"_items},
    {19, "REM", "resolution method", 501, 'O', 1,
     "MDR:A3-9 / KSL:R1-? / KSU:A2=IN,MM? / SXA:N1-5? / SYA:N1-5? / SXB:N1-5? / SYB:N1-5? / COM:U1-99?"_items},
    {24, "LQM", "latent quality metric", 400, 'O', 9, "FRMP:N1-2=0..38,40..54,60..79,81..86 / "_items PUENTE_QUALITY},
};

constexpr FieldLayout kType14[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2=0..3,8,20..29,41,42"_items},
    {5, "FCD", "fingerprint capture date", 0, 'M', 1, "D"_items},
    {13, "FGP", "friction ridge generalized position", 0, 'M', 1, "N1-2=0..19,33,36,40..54"_items},
    {14, "PPD", "print position descriptors", 400, 'D', 1, "DFP:N1-2=0..10,16,17 / FIC:X3="_items PUENTE_PARTS},
    {15, "PPC", "print position coordinates", 400, 'O', 12,
     "FVC:X2-3=NA,TIP,FV1,FV2,FV3,FV4 / LOS:A2-3=NA,DST,PRX,MED / LHC:N1-5 / RHC:N1-5 / TVC:N1-5 / BVC:N1-5"_items},
    {18, "AMP", "amputated or bandaged", 400, 'D', 5, "FRAP:N1-2=1..17 / ABC:A2=XX,UP,SR"_items},
    {21, "SEG", "finger segment position", 400, 'O', 5,
     "FRSP:N1-2=1..10,16,17 / LHC:N1-5 / RHC:N1-5 / TVC:N1-5 / BVC:N1-5"_items},
    {22, "NQM", "NIST quality metric", 400, 'O', 5, "FRNP:N1-2=1..10,16,17 / IQS:N1-3=1..5,254,255"_items},
    {23, "SQM", "segmentation quality metric", 400, 'O', 45, "FRQP:N1-2=1..10,16,17 / "_items PUENTE_QUALITY},
    {24, "FQM", "fingerprint quality metric", 400, 'O', 45, "FRMP:N1-2=1..10,16,17 / "_items PUENTE_QUALITY},
    {25, "ASEG", "alternate finger segment position", 400, 'O', 5,
     "FRAS:N1-2=1..10,16,17 / NOP:N1-2=3..99 / *HPO:N1-5 / VPO:N1-5"_items},
    {26, "SCF", "simultaneous capture", 500, 'O', 1, "N1-3=1..255"_items},
    {27, "SIF", "stitched image flag", 500, 'O', 1, "A1=Y"_items},
    {31, "FAP", "fingerprint acquisition profile", 500, 'O', 1, "N2-3=10,20,30,40,45,50,60,145,150,160"_items},
};

constexpr FieldLayout kType15[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2=10,11,28,29,41,42"_items},
    {5, "PCD", "palm print capture date", 0, 'M', 1, "D"_items},
    {13, "FGP", "friction ridge generalized position", 0, 'M', 1, "N1-2=20..38,81..86"_items},
    {18, "AMP", "amputated or bandaged", 500, 'D', 9, "FRAP:N1-2=20..38,81..86 / ABC:A2=XX,UP,SR"_items},
    {21, "SEG", "palm segment position", 501, 'O', 17,
     "FRSP:N1-2=22,24..36,81,82,85,86 / LHC:N1-5 / RHC:N1-5 / TVC:N1-5 / BVC:N1-5"_items},
    {24, "PQM", "palm print quality metric", 400, 'O', 9, "FRMP:N1-2=20..38,81..86 / "_items PUENTE_QUALITY},
};

constexpr FieldLayout kType16[] = {
    {3, "UDI", "user-defined image type", 0, 'M', 1, "T1-35"_items},
    {5, "UTD", "user-defined image test capture date", 0, 'M', 1, "D"_items},
    {11, "CGA", "compression algorithm", 0, 'M', 1, "X3-5=NONE,WSQ20,JPEGB,JPEGL,JP2,JP2L,PNG"_items},
    {12, "BPX", "bits per pixel", 0, 'M', 1, "N1-2=1..99"_items},
    {13, "CSP", "color space", 0, 'O', 1, "A3-4=UNK,GRAY,RGB,SRGB,YCC,SYCC"_items},
    {16, "SHPS", "scanned horizontal pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {17, "SVPS", "scanned vertical pixel scale", 400, 'O', 1, "N1-5=1..99999"_items},
    {20, "COM", "comment", 0, 'O', 1, "U1-127"_items},
    {24, "UQS", "user-defined image quality score", 400, 'O', 9, PUENTE_QUALITY ""_items},
};

constexpr FieldLayout kType17[] = {
    {3, "ELR", "eye label", 0, 'M', 1, "N1=0..2"_items},
    {5, "ICD", "iris capture date", 0, 'M', 1, "D"_items},
    {11, "CGA", "compression algorithm", 0, 'D', 1, "X3-5=NONE,JPEGB,JPEGL,JP2,JP2L,PNG"_items},
    {12, "BPX", "bits per pixel", 0, 'D', 1, "N1-2=1..99"_items},
    {13, "CSP", "color space", 0, 'D', 1, "A3-4=UNK,GRAY,RGB,SRGB,YCC,SYCC"_items},
    {14, "RAE", "rotation angle of eye", 0, 'O', 1, "H4"_items},
    {15, "RAU", "rotation uncertainty", 0, 'O', 1, "H4"_items},
    {16, "IPC", "image property code", 0, 'O', 1, "IHO:N1=0..2 / IVO:N1=0..2 / IST:N1=0..4"_items},
    {17, "DUI", "device unique identifier", 0, 'O', 1, "T13-16"_items},
    {18, "GUI", "global unique identifier (legacy)", 0, 'O', 1, "H32"_items},
    {19, "MMS", "make, model, serial number", 0, 'O', 1, "MAK:U1-50 / MOD:U1-50 / SER:U1-50"_items},
    {20, "ECL", "eye color", 0, 'O', 1, "A3="_items PUENTE_EYES},
    {21, "COM", "comment", 0, 'O', 1, "U1-126"_items},
    {22, "SHPS", "scanned horizontal pixel scale", 0, 'O', 1, "N1-5=1..99999"_items},
    {23, "SVPS", "scanned vertical pixel scale", 0, 'O', 1, "N1-5=1..99999"_items},
    {24, "IQS", "image quality score", 0, 'O', 9, PUENTE_QUALITY ""_items},
    {25, "EAS", "effective acquisition spectrum", 0, 'O', 1, "A3-9=NIR,DEFINED,VIS,RED,UNDEFINED"_items},
    {26, "IRD", "iris diameter", 0, 'O', 1, "N2-4=10..9999"_items},
    {27, "SSV", "specified spectrum values", 500, 'D', 1, "LOW:N3-4 / HIG:N3-4"_items},
    {28, "DME", "damaged or missing eye", 500, 'O', 1, "A2=MA,UC"_items},
    {31, "IAP", "iris acquisition profile", 500, 'O', 1, "N2=20,30,40"_items},
    {32, "ISF", "iris storage format", 500, 'O', 1, "N1=1,2,3,7"_items},
    {33, "IPB", "iris pupil boundary", 500, 'O', 1, "BYC:A1=C,E,P / "_items PUENTE_PATH},
    {34, "ISB", "iris sclera boundary", 500, 'O', 1, "BYC:A1=C,E,P / "_items PUENTE_PATH},
    {35, "UEB", "upper eyelid boundary", 500, 'O', 1, "BYC:A1=C,E,P / "_items PUENTE_PATH},
    {36, "LEB", "lower eyelid boundary", 500, 'O', 1, "BYC:A1=C,E,P / "_items PUENTE_PATH},
    {37, "NEO", "non-eyelid occlusions", 500, 'O', 0, "OCY:A1=T,I,L,S / OCT:A1=L,S,C,O / "_items PUENTE_PATH},
    {40, "RAN", "range", 500, 'O', 1, "N1-5"_items},
    {41, "GAZ", "frontal gaze", 500, 'O', 1, "N1-2=0..90"_items},
};

constexpr FieldLayout kType19[] = {
    {3, "IMP", "impression type", 0, 'M', 1, "N1-2=28..31,41,42"_items},
    {5, "PCD", "plantar capture date", 0, 'M', 1, "D"_items},
    {13, "FGP", "friction ridge generalized position", 0, 'M', 1, "N1-2=60..79"_items},
    {18, "AMP", "amputated or bandaged", 0, 'D', 8, "FRAP:N1-2=61,62,64..79 / ABC:A2=XX,UP"_items},
    {19, "FSP", "friction ridge segment position", 0, 'O', 5,
     "FRSP:N1-2=64..73 / NOP:N1-2=3..99 / *HPO:N1-5 / VPO:N1-5"_items},
    {24, "FQM", "friction ridge quality metric", 0, 'O', 9, "FRMP:N1-2=60..79 / "_items PUENTE_QUALITY},
};

constexpr FieldLayout kType20[] = {
    {21, "SRN", "source representation number", 0, 'M', 1, "N1-3=1..255"_items},
};

constexpr FieldLayout kType21[] = {
    {21, "ACN", "associated context number", 0, 'M', 1, "N1-3=1..255"_items},
};

// what is known of types whose own fields have no rows yet
constexpr FieldLayout kSource[] = {
    {4, "SRC", "source agency", 0, 'M', 1, "T1-"_items},
};
constexpr FieldLayout kData[] = {
    {999, "DATA", "data", 0, 'O', 1, "B1-"_items},
};

constexpr FieldLayout kType98[] = {
    {3, "DFO", "IA data format owner", 0, 'M', 1, "H4"_items},
    {4, "SRC", "source agency", 0, 'M', 1, "T1-"_items},
    {5, "DFT", "IA data format type", 0, 'M', 1, "H4"_items},
    {6, "DCD", "IA data creation date", 0, 'M', 1, "G"_items},
    {900, "ALF", "audit log", 0, 'O', 0,
     "EVT:T5-9=Added,Modified,Deleted,Corrupted / EVR:T1-200? / IID:T1- / AGT:T1-200 / OLD:U1-?"_items},
    {901, "ARN", "audit revision number", 0, 'D', 1, "X1-"_items},
    {993, "SAN", "source agency name", 0, 'O', 1, "U1-125"_items},
};

constexpr FieldLayout kType99[] = {
    {4, "SRC", "source agency", 0, 'M', 1, "T1-"_items},
    {5, "BCD", "biometric creation date", 0, 'M', 1, "G"_items},
    {100, "HDV", "CBEFF header version", 0, 'M', 1, "N4"_items},
    {101, "BTY", "biometric type", 0, 'M', 1, "H8"_items},
    {102, "BDQ", "biometric data quality", 0, 'O', 9, PUENTE_QUALITY ""_items},
    {103, "BFO", "biometric format owner", 0, 'M', 1, "H4"_items},
    {104, "BFT", "biometric format type", 0, 'M', 1, "H4"_items},
    {999, "BDB", "biometric data block", 0, 'M', 1, "B1-"_items},
};

using Block = std::span<const FieldLayout>;
constexpr Block kBlocks1[] = {kType1};
constexpr Block kBlocks2[] = {kHeader};
constexpr Block kBlocksGray[] = {kHeader, kGray};
constexpr Block kBlocks7[] = {kHeader, kType7};
constexpr Block kBlocks8[] = {kHeader, kType8};
constexpr Block kBlocks9[] = {kHeader, kType9, kExtended, kAnnotations};
constexpr Block kBlocks10[] = {kHeader, kType10, kMonitoring, kImage, kAnnotations};
constexpr Block kBlocks13[] = {kHeader, kType13, kRidges, kImage, kAnnotations};
constexpr Block kBlocks14[] = {kHeader, kType14, kRidges, kMonitoring, kImageUnlessMissing, kAnnotations};
constexpr Block kBlocks15[] = {kHeader, kType15, kRidges, kMonitoring, kImageUnlessMissing, kAnnotations};
constexpr Block kBlocks16[] = {kHeader, kType16, kMonitoring, kImage, kAnnotations};
constexpr Block kBlocks17[] = {kHeader, kType17, kMonitoring, kImageUnlessMissing, kAnnotations};
constexpr Block kBlocks98[] = {kHeader, kType98};
constexpr Block kBlocks99[] = {kHeader, kType99, kAnnotations};
constexpr Block kBlocks18[] = {kHeader, kSource, kAnnotations};
constexpr Block kBlocks19[] = {kHeader, kType19, kRidges, kMonitoring, kImageUnlessMissing, kAnnotations};
constexpr Block kBlocks20[] = {kHeader, kType20, kSource, kData, kAnnotations};
constexpr Block kBlocks21[] = {kHeader, kType21, kSource, kData, kAnnotations};
constexpr Block kBlocksNamed[] = {kHeader, kSource, kData, kAnnotations};

// Types 11, 12, 18 and 20 to 22 are read and written like any; most of their own fields have no rows yet, which a check
// says.
constexpr RecordLayout kRecords[] = {
    {1, "transaction information", 0, kBlocks1},
    {2, "user-defined descriptive text", 0, kBlocks2, 3, 999'999'999},
    {3, "low-resolution grayscale fingerprint", 0, kBlocksGray},
    {4, "high-resolution grayscale fingerprint", 0, kBlocksGray},
    {5, "low-resolution binary fingerprint", 0, kBlocksGray},
    {6, "high-resolution binary fingerprint", 0, kBlocksGray},
    {7, "user-defined image", 0, kBlocks7},
    {8, "signature image", 0, kBlocks8},
    {9, "minutiae", 0, kBlocks9, 13, 225},
    {10, "face, other body part, scar, mark or tattoo image", 201, kBlocks10, 200, 900},
    {11, "voice", 501, kBlocksNamed, 3, 991, true},
    {12, "forensic dental and oral", 501, kBlocksNamed, 3, 991, true},
    {13, "latent friction ridge image", 300, kBlocks13, 200, 900},
    {14, "fingerprint image", 300, kBlocks14, 200, 900},
    {15, "palm print image", 300, kBlocks15, 200, 900},
    {16, "user-defined testing image", 300, kBlocks16, 200, 900},
    {17, "iris image", 400, kBlocks17, 200, 900},
    {18, "DNA", 500, kBlocks18, 3, 991, true},
    {19, "plantar image", 500, kBlocks19, 200, 900},
    {20, "source representation", 500, kBlocks20, 3, 991, true},
    {21, "associated context", 500, kBlocks21, 3, 991, true},
    {22, "non-photographic imagery", 501, kBlocksNamed, 3, 991, true},
    {98, "information assurance", 500, kBlocks98, 200, 899},
    {99, "CBEFF biometric data", 400, kBlocks99, 200, 900},
};

consteval bool are_sound(std::span<const RecordLayout> records) {
  for (const RecordLayout& record : records)
    for (const Block& block : record.blocks)
      for (std::size_t i = 0; i < block.size(); ++i) {
        if (block[i].mnemonic.empty() || block[i].name.empty()) return false;
        if (std::string_view("MOD").find(block[i].presence) == std::string_view::npos) return false;
        if (i > 0 && block[i].number < block[i - 1].number) return false;
        if (i > 0 && block[i].number == block[i - 1].number && block[i].since <= block[i - 1].since) return false;
      }
  return true;
}
static_assert(are_sound(kRecords), "rows stand in the order of numbers, of the same number the newest last");

}  // namespace

const RecordLayout* layout_of_record(int type) {
  const auto found =
      std::find_if(std::begin(kRecords), std::end(kRecords), [=](const RecordLayout& r) { return r.type == type; });
  return found == std::end(kRecords) ? nullptr : &*found;
}

const FieldLayout* layout_of_field(const RecordLayout& record, int field, int version) {
  const FieldLayout* best = nullptr;
  for (const Block& block : record.blocks) {
    for (const FieldLayout& row : block)
      if (row.number == field && (!best || row.since <= version)) best = &row;
    if (best) break;
  }
  return best;
}

std::string_view record_name(int type) {
  const RecordLayout* record = layout_of_record(type);
  return record ? record->name : "unknown";
}

FieldName name_of(int type, int field) {
  const RecordLayout* record = layout_of_record(type);
  const FieldLayout* row = record ? layout_of_field(*record, field, 9999) : nullptr;
  return row ? FieldName{row->mnemonic, row->name} : FieldName();
}

}  // namespace puente::format::itl
