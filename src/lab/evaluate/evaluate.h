// How good the fingerprint engine is: the protocol and error measures of the Fingerprint Verification Competition.
// D. Maio, D. Maltoni, R. Cappelli, J. L. Wayman, A. K. Jain: "FVC2000: Fingerprint Verification Competition", IEEE
// PAMI 24(3), 2002. A laboratory: nothing in production includes it. Free functions, no global state, any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/image.h"
#include "core/json.h"
#include "core/result.h"
#include "core/standing.h"
#include "modality/finger/finger.h"

namespace puente::evaluate {

// ---- error rates of a set of scores
// A comparison is accepted when its score is at or above a threshold. FMR(t): share of impostor comparisons accepted;
// FNMR(t): share of genuine ones not accepted. All rates are fractions.
struct Rates {
  double eer = 0;  // FVC's: middle of the interval at the crossing of the two step functions
  double fnmr_at_fmr_1_in_100 = 0;
  double fnmr_at_fmr_1_in_1000 = 0;  // at the smallest threshold with FMR at or below that
  double zero_fmr = 0;               // FNMR where not one impostor comparison is accepted
};
Rates error_rates(std::span<const double> genuine, std::span<const double> impostor);  // neither may be empty

struct Operating {  // one threshold of the detection error trade-off curve
  double threshold = 0, fmr = 0, fnmr = 0;
};
// At each distinct score and, last, above all of them: FMR falls from 1 to 0, FNMR rises from 0 to 1.
std::vector<Operating> operating_points(std::span<const double> genuine, std::span<const double> impostor);

// ---- the protocol
// Given to comparisons with an image that gave no template: below every score, so never a match.
inline constexpr double kFailedScore = -1000;

struct Sample {
  std::string stem;                  // "101_1"
  std::string subject;               // "101": one finger
  int quality = 0;                   // 0–100; 0 when failed
  std::vector<std::string> reasons;  // why the quality is not better
  std::string failure;               // why there is no template; empty when there is one
  std::string person = {};           // whose finger; empty: nobody else's in the database
};
struct Comparison {
  bool genuine = false;
  int a = 0, b = 0;  // samples of the database
  double score = 0;  // the engine's: modality/finger/finger.h says what it stands for
};
struct Interval {
  double low = 0, high = 0;  // 95 %
};
struct RatesInterval {
  Interval eer, fnmr_at_fmr_1_in_100, fnmr_at_fmr_1_in_1000, zero_fmr;
};
// What a score claims beside what happens: the share of impostor comparisons at or above it.
struct Claim {
  double score = 0, claimed_fmr = 0, observed_fmr = 0;
  std::size_t seen = 0;  // impostor comparisons at or above the score
  // Of observed_fmr, 95 %: the wider of what resampling people and what counting so few gives. Never empty: where none
  // was seen, some may be.
  Interval interval = {};
  double ratio() const { return observed_fmr / claimed_fmr; }  // above 1 the score boasts
};
struct Database {
  std::string name;
  std::vector<Sample> samples;
  std::vector<Comparison> comparisons;
  int genuine = 0, impostor = 0, failures = 0;  // comparisons, comparisons, images
  int left_out = 0;                             // comparisons of different fingers of one person
  std::vector<std::string> left_aside = {};     // files in the directory that are no images
  bool rated() const { return genuine > 0 && impostor > 0; }
  Rates rates;  // when rated: strangers alone have no error rates
  RatesInterval interval;
  std::vector<Claim> claims;      // at scores of 10, 15, … 70; none without strangers
  double highest = kFailedScore;  // score of strangers
};
// What is left of the misses when the genuine comparisons with the poorest prints are not made: those with the lowest
// quality of the worse of both prints (P. Grother, E. Tabassi: "Performance of Biometric Quality Measures", IEEE PAMI
// 29(4), 2007). The threshold stays the one whose pooled FMR is 0.1 %.
struct Discard {
  double discarded = 0, fnmr = 0;  // shares: of all genuine comparisons, of those left
};
// A comparison that went worst, and why.
struct WorstPair {
  bool genuine = false;
  std::string database, a, b;  // stems
  double score = 0;
  int quality_a = 0, quality_b = 0;
  // Square millimetres recorded in both. Of a genuine pair, as found by way of a third impression that matches both;
  // below 0 when there is none. Of an impostor pair, as the comparison laid them.
  double overlap = -1;
  std::string cause;
};
// How far the trade-off curve may be off: 95 % of FNMR at a false match rate, from resampling fingers.
struct Band {
  double fmr = 0;
  Interval fnmr;
};
struct Evaluation {
  std::vector<Database> databases;
  std::vector<Discard> discards;  // of all rated databases together, from 0 to half
  std::vector<Claim> claims;      // of all databases together
  std::vector<WorstPair> worst;   // genuine ones from the lowest score up, then impostor ones from the highest down
  bool rated = false;             // whether any database is; else there are claims alone
  Rates mean, pooled;             // mean of the rated databases' rates; rates of their comparisons in one heap
  RatesInterval mean_interval, pooled_interval;
  std::vector<Band> pooled_band;      // from a false match rate of 1 down to one comparison
  int bootstrap_rounds = 0;           // that the intervals come from; 0: there are none
  double extract_ms_median = 0;       // CPU time of one thread for one image, decoding not counted
  double comparisons_per_second = 0;  // CPU time of one thread, templates already prepared
};

// Which fingers of a directory are one person's: their pairs are neither genuine nor strangers', and left out. Prints
// of one card share its print, and its neighbours.
struct SamePerson {
  int every = 0;      // numbered fingers, so many a person: 1 to 10, 11 to 20 … when 10
  std::string until;  // or whose names are alike until this text: 000007-2_1 and 000007-3_1 when "-"
};
// "none", "every:N", "until:TEXT". kInvalidInput: another.
Result<SamePerson> parse_same_person(std::string_view rule);

struct Options {
  int threads = 1;
  int bootstrap_rounds = 1000;  // 95 % intervals by resampling fingers; 0: none
  int worst_pairs = 0;          // so many of either kind are explained
  int highest = 0;              // so many of strangers alone; the larger number holds
  SamePerson same_person = {};
  bool each_another = false;  // each image is of another finger, whatever its name
  // what every template goes through before it is compared, such as another format's rounding; none: nothing
  std::function<finger::Template(const finger::Template&)> through = {};
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress;  // one thread at a time
  // as `through`, what every image goes through before it is extracted
  std::function<Result<Image>(const Image&)> image_through = {};
};

// Each directory is a database of images <subject>_<impression>.png, or of any format that the program reads. Genuine:
// all pairs of a finger's impressions. Impostor: all pairs of impressions of different fingers, but for one person's.
// Without mates there are claims and no error rates. Resolution: a line "<directory name> <dpi>" in dpi.txt of the
// directory or its parent, else the image's own, else 500. An image that cannot be read or gives no template is a
// failure, and all its comparisons are non-matches. Files that neither begin nor are named as images are left aside.
// kNotFound, kInvalidInput: no such directory, no images, a name not of that form, two files of one name, no number
// where the person is found by it, nothing to compare.
Result<Evaluation> evaluate_finger(std::span<const std::string> directories, const Options& options = {});

// Fills the counts, the rates, their mean and intervals, the discards and the claims from the comparisons that are
// there already.
void rate(Evaluation& evaluation, int bootstrap_rounds);

// ---- several evaluations beside each other
struct Source {  // what an evaluation's JSON says of all its databases together
  std::string name;
  std::int64_t impostor = 0, images = 0, failures = 0;
  std::vector<Claim> claims;
  double highest = kFailedScore;
  bool rated = false;
  double eer = 0, fnmr_at_fmr_1_in_1000 = 0;  // pooled, when rated
  bool drawn = false;                         // whether rounds were, so that there is an interval
  Interval fnmr_interval;
};
// kInvalidInput: not what to_json(Evaluation) writes.
Result<Source> read_source(const std::string& name, const Json& evaluation);
std::string to_text(const std::vector<Source>& sources);
// What scores claim and what was seen, a curve a source, each point with its interval.
std::string to_svg(const std::vector<Source>& sources, const std::string& title);

// ---- 1:N
struct Calibration {
  double expected = 0;  // Candidate::expected_false at most this
  double observed = 0;  // such candidates in one search, all strangers, on average: right when not above `expected`
};
struct Identification {
  int fingers_per_person = 0, people = 0, searches = 0;
  double misses = 0;  // share of searches whose first candidate, at the default limit, is not the person
  std::vector<Calibration> calibration;
};
// People are made of the directory's fingers, `fingers_per_person` (1–10) consecutive subjects each. Their first
// impressions are the gallery; every further impression is a probe.
// Errors as evaluate_finger.
Result<Identification> evaluate_identification(const std::string& directory, int fingers_per_person,
                                               const Options& options = {});

// ---- strangers by the million
// Templates of fingers that nobody has, for galleries larger than anyone could grow images for. Each is one of the
// given templates (of image-grown synthetic fingers: some hundreds), mirrored or not and bent so much, smoothly, that
// its ridges no longer keep step with the original's; minutiae and ridge cells are carried along, so their number,
// density, directions and quality stay those of the originals. docs/accuracy.md shows that real probes score against
// them as against real strangers. A Filler owns its templates; make is a pure function of seed and number; any thread.
class Filler {
 public:
  Filler(std::vector<finger::Template> grown, std::uint64_t seed);  // CHECKs that there is one
  finger::Template make(std::uint64_t number) const;

 private:
  std::vector<finger::Template> grown_;
  std::uint64_t seed_ = 0;
};

// Are they strangers like real ones? First impressions of the real fingers are compared with all impressions of the
// other real fingers, with grown ones and with filler.
struct Strangers {
  std::string name;  // "real", "grown", "filler"
  int templates = 0;
  double minutiae = 0, minutiae_deviation = 0;  // a template
  double area = 0, minutiae_per_area = 0;       // square centimetres a template; a square centimetre
  std::vector<double> scores;                   // falling
  double share_at(double score) const;          // of the scores, at or above this one
};
// `grown` is a directory of synthetic images as above, `fillers` are made of it. Errors as evaluate_finger.
Result<std::vector<Strangers>> compare_strangers(std::span<const std::string> directories, const std::string& grown,
                                                 int fillers, const Options& options = {});

// ---- searching large galleries
struct MatedFinger {
  finger::Template enrolled;
  std::vector<finger::Template> probes;  // further impressions of the same finger
};
// Of each finger in directories as evaluate_finger takes them: the first impression that gave a template, and the rest.
Result<std::vector<MatedFinger>> mated_fingers(std::span<const std::string> directories, const Options& options = {});

// The same of fingers that lab/synth grows, by their numbers; those that gave no template are left out.
struct GrownFingers {
  std::uint64_t seed = 1;
  int first = 0, count = 0;
  std::uint32_t impressions = 1;
};
std::vector<MatedFinger> grown_fingers(const GrownFingers& wanted, const Options& options);

struct SearchBenchOptions {
  int fingers_per_person = 1;  // or 2 to 10
  int threads = 1;             // of a search
  std::size_t searches_max = 1'000'000;
  std::uint64_t seed = 1;      // of the filler
  Scope scope = Scope::own();  // on whose behalf
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress;
};

struct SearchMeasured {
  std::size_t fingers = 0, people = 0;
  int threads = 0, searches = 0;
  double latency_ms = 0, latency_ms_max = 0;         // of a search, from templates to candidates; median, slowest
  double stream_ms = 0, check_ms = 0, exact_ms = 0;  // its stages, medians
  double fingers_per_second = 0, bytes_per_finger = 0;
  double read_bytes_per_second = 0;  // that as many threads read from memory when they do nothing else
  double bandwidth_share = 0;        // of it that the first stage reaches
  // At the score that one search in a hundred passes with a stranger: searches whose mate, compared exactly, does not
  // pass it; and, beside those, whose mate would have passed but was dropped by the coarse stage. Shares of searches.
  double threshold = 0, misses = 0, added_misses = 0;
  // The same where the scores claim 0.01 false candidates a search (the default limit).
  double misses_claimed = 0, added_misses_claimed = 0;
};

// A gallery of the mates' enrolled prints and filler. Consecutive mates make a person. Not for several threads.
class SearchBench {
 public:
  SearchBench(std::vector<finger::Template> grown, const std::vector<MatedFinger>& mates, SearchBenchOptions options);
  ~SearchBench();
  void grow_to(std::size_t people);
  SearchMeasured measure() const;  // searches for every probe
  // By what share of its time the median search is slower while the gallery is changed so often.
  double slowed_by_changes(int changes_per_second);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- whose fingers
// How often a person's own later capture is refused under their id, another's is taken, and an enrolment that is in
// order or is not is said to contradict itself: by identify's rules, on synthetic people of ten fingers.
struct IdentityStudy {
  std::uint32_t people = 50;
  std::uint64_t seed = 1;
  double difficulty = 1;  // 0 careful, 1 usual, 2 hurried captures
  double false_match_rate_max = 1e-4;
  int threads = 1;
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress = {};
};
struct IdentityMeasured {
  struct Line {
    std::string name, words;
    std::size_t hits = 0, of = 0;
  };
  std::uint32_t people = 0;
  std::vector<Line> lines;
};
IdentityMeasured evaluate_identity(const IdentityStudy& study);

// ---- slaps
// Slaps of synthetic people, each with three and more of them: how well they are taken apart. Every finger's place is
// known.
struct SlapStudy {
  std::uint32_t people = 50;
  std::uint64_t seed = 1;
  double difficulty = 1;  // 0 careful, 1 usual, 2 hurried captures
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress = {};
};
struct SlapMeasured {
  struct Line {
    const char* name;
    const char* words;
    int hits = 0, of = 0;
  };
  std::uint32_t people = 0;
  std::vector<Line> lines;
  double iou_median = 0, iou_5_percent = 0;               // of boxes with the true ones
  double milliseconds_median = 0, milliseconds_most = 0;  // processor time of a slap of four fingers
};
SlapMeasured evaluate_slaps(const SlapStudy& study);

// ---- fitting
// The text of modality/finger/sketch_projection.inc, fitted to the prints of directories as evaluate_finger takes them.
Result<std::string> fit_sketch(std::span<const std::string> directories, const Options& options = {});

// The text of modality/finger/score_model.inc, fitted to all pairs of prints within each directory: logistic regression
// of what comparison saw, and what share of the pairs of different fingers reached which odds. kInvalidInput: too few.
Result<std::string> fit_score(std::span<const std::string> directories, const Options& options = {});

// finger::golden_text of the first prints of a directory: for modality/finger/golden.inc and test/data/golden.
// kNotFound, kInvalidInput as evaluate_finger.
Result<std::string> golden_scores(const std::string& directory, int prints, int pairs, const Options& options = {});

// ---- reports
Json to_json(const Evaluation& evaluation);
Json to_json(const Identification& identification);
Json to_json(const SearchMeasured& measured);
Json to_json(const SlapMeasured& measured);
Json to_json(const IdentityMeasured& measured);
// One comparison a line: "genuine|impostor DB A B SCORE".
std::string scores_text(const Evaluation& evaluation);
// The trade-off curves for other programs: comma-separated, a line for every half score of a database, each rate with
// the counts that it comes from.
std::string curve_csv(const Evaluation& evaluation);
// The worst pairs, one a line, in words.
std::string worst_text(const Evaluation& evaluation);
std::string to_svg(const std::vector<Strangers>& strangers, const std::string& title);
Json to_json(const std::vector<Strangers>& strangers);
// In words for people.
std::string to_text(const Evaluation& evaluation);
std::string to_text(const Identification& identification);
std::string to_text(const std::vector<Strangers>& strangers);
std::string to_text(const SearchMeasured& measured);
std::string to_text(const SlapMeasured& measured);
std::string to_text(const IdentityMeasured& measured);
// Score distributions, DET curve, the FMR that a score claims beside the one observed, error versus discard: SVG.
std::string to_svg(const Evaluation& evaluation, const std::string& title);

}  // namespace puente::evaluate
