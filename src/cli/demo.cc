// puente demo: two countries and an overseer on this machine, synthetic people, and the main job told line by line.
// Each step says what must come out; a step that does not come out so ends the story with an error.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/process.h"
#include "format/image/image.h"
#include "home/home.h"
#include "lab/synth/synth.h"
#include "modality/finger/finger.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

constexpr std::uint64_t kSeed = 2025;
constexpr Finger kFingers[] = {Finger::kRightThumb, Finger::kRightIndex, Finger::kLeftThumb, Finger::kLeftIndex};
constexpr const char* kReleased[] = {"family_name", "given_names", "date_of_birth", "nationality", "document_number"};
constexpr int kTravellerQuota = 2;
constexpr std::size_t kMarks = 12;  // on a print
constexpr float kMarksApart = 5;    // pixels
constexpr std::uint32_t kNewcomer = 30;
constexpr const char* kFile = "DEMO-2026-0001";
constexpr const char* kMarker = "/made-by-puente-demo";

struct DemoOptions {
  bool once = false;
  int people = 150;  // a side
  std::string directory = "puente-demo";
};

struct Side {  // a country's node, as the story uses it
  std::string country, directory, url, partner_url;
  std::string officer, examiner, supervisor;  // tokens
  std::string password;                       // of all, at the console
  std::map<std::string, std::string> authenticators;
};

Json demo_samples(const std::vector<Sample>& samples) {
  Json::Array out;
  for (const Sample& sample : samples) {
    out.push_back(Json::object({{"position", to_string(sample.position)}, {"image", to_base64(sample.image)}}));
  }
  return Json(std::move(out));
}

Json demo_biographic(const BiographicData& data) {
  Json::Object out;
  for (const auto& [element, value] : data) out[to_string(element)] = value;
  return Json(std::move(out));
}

// Impression `day` of four fingers of a synthetic person.
Result<std::vector<Sample>> capture_person(std::uint32_t number, std::uint32_t day) {
  std::vector<Sample> out;
  for (const Finger position : kFingers) {
    const Image image = synth::capture(synth::grow_finger(kSeed, number, position), day);
    ASSIGN_OR_RETURN(Bytes png, format::encode_png(image));
    out.push_back({capture_of(position), std::move(png), 0});
  }
  return out;
}

std::string full_name(const Json& biographic) {
  return text_of(biographic["given_names"]) + " " + text_of(biographic["family_name"]);
}

class Demo {
 public:
  explicit Demo(DemoOptions options) : options_(std::move(options)) {}

  Status play() {
    TRY(prepare());
    TRY(start());
    TRY(enrol_everybody());
    TRY(clear_traveller());
    TRY(find_second_name());
    TRY(hide_the_protected());
    TRY(ask_nobody_about_the_protected());
    TRY(refuse_unlisted_purpose());
    TRY(ask_with_an_order());
    TRY(refuse_above_quota());
    TRY(tell_the_owner());
    TRY(verify_logs());
    return flip_a_byte();
  }

  void stay_up();
  void tell(const char* english, const char* spanish, const std::string& rest = {});

 private:
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }
  std::string log_path() const { return path("processes.log"); }
  Result<NodeCall> as(const Side& side, const std::string& token) const;
  Result<Json> call(const Side& side, const std::string& token, const std::string& method, const std::string& target,
                    const Json& body = {});
  Status run(const std::vector<std::string>& arguments) const;
  Status prepare();
  Status make_side(Side& side, const std::string& name);
  Status give_sign_ins(Side& side);
  Status leave_captures() const;
  void print_sign_ins() const;
  void print_codes() const;
  Status make_agreements();
  Status agree(const std::string& id, const Json& purposes);
  Status make_overseer();
  Status start();
  Status enrol_everybody();
  Status enrol_side(const Side& side, std::uint32_t first, std::atomic<std::size_t>& done);
  Status clear_traveller();
  Status find_second_name();
  Status mark(const std::string& reference);
  Status examine(const std::string& reference);
  Status hide_the_protected();
  Status ask_nobody_about_the_protected();
  Status refuse_unlisted_purpose();
  Status ask_with_an_order();
  Status refuse_above_quota();
  Status tell_the_owner();
  Status verify_logs();
  Status flip_a_byte();
  Json ask_json(const Side& partner, const char* purpose, const std::vector<Sample>& samples) const;
  Result<Json> wait_for(const Side& side, const std::string& exchange, const std::set<std::string>& states);

  DemoOptions options_;
  Side usa_{"USA", "", "", "", "", "", "", "", {}}, col_{"COL", "", "", "", "", "", "", "", {}};
  std::string overseer_url_;
  std::vector<Process> processes_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), last_ = began_;
};

void Demo::tell(const char* english, const char* spanish, const std::string& rest) {
  const auto now = std::chrono::steady_clock::now();
  const auto seconds = [](auto span) { return std::chrono::duration<double>(span).count(); };
  std::printf("%6.1f s  (%6.2f s)  %s%s\n", seconds(now - began_), seconds(now - last_),
              language() == Language::kSpanish ? spanish : english, rest.c_str());
  std::fflush(stdout);
  last_ = now;
}

Result<NodeCall> Demo::as(const Side& side, const std::string& token) const {
  CallOptions options;
  options.node = side.url;
  options.token = token;
  options.certificate = side.directory + "/keys/tls.crt";
  return NodeCall::open(options);
}

Result<Json> Demo::call(const Side& side, const std::string& token, const std::string& method,
                        const std::string& target, const Json& body) {
  ASSIGN_OR_RETURN(NodeCall node, as(side, token));
  return node.call(method, target, body);
}

// A command that must succeed.
Status Demo::run(const std::vector<std::string>& arguments) const {
  ASSIGN_OR_RETURN(const Ended ended, run_puente(arguments, log_path(), 10'000));
  if (ended.exit_code == 0) return {};
  return Error{Code::kInternal, "puente " + arguments[0] + " " + arguments[1] + " failed: see " + log_path()};
}

Status Demo::make_side(Side& side, const std::string& name) {
  SystemRandom random;
  side.directory = path(side.country);
  home::Directory wanted;
  wanted.path = side.directory;
  wanted.country = side.country;
  ASSIGN_OR_RETURN(wanted.api_port, free_port());
  ASSIGN_OR_RETURN(wanted.partner_port, free_port());
  side.url = "https://127.0.0.1:" + std::to_string(wanted.api_port);
  side.partner_url = "https://127.0.0.1:" + std::to_string(wanted.partner_port);
  TRY(home::make_directory(wanted, name, random));
  ASSIGN_OR_RETURN(side.officer, home::add_user(side.directory, "officer.demo", Role::kOfficer, random));
  ASSIGN_OR_RETURN(side.examiner, home::add_user(side.directory, "examiner.demo", Role::kExaminer, random,
                                                 home::kNeverExpires, SystemClock().now_ms() + 365 * kDayMs));
  ASSIGN_OR_RETURN(side.supervisor, home::add_user(side.directory, "supervisor.demo", Role::kSupervisor, random));
  for (const auto& [user, role] :
       {std::pair("auditor.demo", Role::kAuditor), std::pair("administrator.demo", Role::kAdministrator)})
    if (const auto token = home::add_user(side.directory, user, role, random); !token.ok()) return token.error();
  return give_sign_ins(side);
}

// To the console: one password for all five, and an authenticator for those who need one.
Status Demo::give_sign_ins(Side& side) {
  SystemRandom random;
  side.password = random.id("demo-").substr(0, 16);
  ASSIGN_OR_RETURN(const std::vector<home::UserLine> users, home::list_users(side.directory));
  for (const home::UserLine& user : users) {
    TRY(home::set_password(side.directory, user.name, side.password));
    if (!user.needs_authenticator) continue;
    ASSIGN_OR_RETURN(side.authenticators[user.name], home::set_authenticator(side.directory, user.name, random));
  }
  return {};
}

// Files that somebody at Colombia's console can capture: of a person whom the USA knows and Colombia does not.
Status Demo::leave_captures() const {
  const std::string directory = path("capture");
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, capture_person(kNewcomer, 3));
  for (const Sample& sample : samples)
    TRY(write_file(directory + "/" + to_string(sample.position) + ".png", sample.image));
  return {};
}

Result<Party> party_of(const Side& side) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(side.directory + "/party.json", 1u << 20));
  ASSIGN_OR_RETURN(const Json json, parse_json(text(bytes)));
  return policy::read_party(json);
}

Json purpose_terms(const char* purpose, int quota) {
  Json::Array release(std::begin(kReleased), std::end(kReleased));
  return Json::object({{"purpose", purpose},
                       {"may_ask", Json::array({"COL", "USA"})},
                       {"modalities", Json::array({"finger"})},
                       {"release", Json(std::move(release))},
                       {"retention_days", 30},
                       {"daily_quota", quota},
                       {"review_required", true}});
}

// Of format 3: what the person is to the file, and a court's order, are asked for.
Json crime_terms() {
  return purpose_terms("serious_crime_investigation", 10)
      .set("subject_categories", Json::array({"suspect"}))
      .set("aims", Json::array({"identify"}))
      .set("ages", Json::object({{"from", 0}, {"to", kAgeMax}}))
      .set("needs_order", true)
      .set("galleries", Json::array({"main"}))
      .set("own_nationals", true)
      .set("score_floors", Json::object({{"finger", 60}}))
      .set("person_quota", 1)
      .set("response_hours", 72)
      .set("onward_transfer", "never")
      .set("impact_assessment_sha256", std::string(64, 'a'));
}

// Signed by both, taken into use by both.
Status Demo::agree(const std::string& id, const Json& purposes) {
  ASSIGN_OR_RETURN(const Party col, party_of(col_));
  ASSIGN_OR_RETURN(const Party usa, party_of(usa_));
  const std::int64_t now_ms = SystemClock().now_ms();
  ASSIGN_OR_RETURN(const Json document,
                   policy::draft_agreement(id, to_iso8601(now_ms - kDayMs), to_iso8601(now_ms + 365 * kDayMs), col, usa,
                                           purposes, ""));
  const std::string file = path(id + ".json");
  TRY(write_file(file, view(pretty(document) + "\n")));
  for (const Side* side : {&col_, &usa_}) {
    TRY(run({"agreement", "sign", file, "--country", side->country, "--key", side->directory + "/keys/signing.key"}));
  }
  for (const Side* side : {&col_, &usa_}) TRY(run({"node", "accept", "--data", side->directory, file}));
  return {};
}

// Two texts with three purposes; the story asks for a fourth.
Status Demo::make_agreements() {
  TRY(agree("demo-COL-USA-1", Json::array({purpose_terms("border_identification", 50),
                                           purpose_terms("traveller_facilitation", kTravellerQuota)})));
  return agree("demo-COL-USA-2", Json::array({crime_terms()}));
}

Status Demo::make_overseer() {
  SystemRandom random;
  home::Directory wanted;
  wanted.path = path("overseer");
  wanted.role = "overseer";
  wanted.country = "overseer.demo";
  ASSIGN_OR_RETURN(wanted.api_port, free_port());
  overseer_url_ = "https://127.0.0.1:" + std::to_string(wanted.api_port);
  TRY(home::make_directory(wanted, "", random));
  for (const Side* side : {&col_, &usa_}) {
    const Side& other = side == &col_ ? usa_ : col_;
    TRY(run({"node", "peer", "--data", wanted.path, "--kind", "log", "--name", side->country, "--vkey",
             side->directory + "/keys/log.vkey"}));
    TRY(run({"node", "peer", "--data", side->directory, "--kind", "overseer", "--name", wanted.country, "--url",
             overseer_url_, "--certificate", wanted.path + "/keys/tls.crt", "--vkey", wanted.path + "/keys/log.vkey"}));
    TRY(run({"node", "peer", "--data", side->directory, "--kind", "partner", "--name", other.country, "--url",
             other.partner_url}));
  }
  return {};
}

Status Demo::prepare() {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(options_.directory, error)) {
    if (!fs::exists(options_.directory + kMarker, error) && !fs::is_empty(options_.directory, error)) {
      return Error{Code::kConflict,
                   options_.directory + ": not empty, and not an earlier demonstration's; name another with --dir"};
    }
    fs::remove_all(options_.directory, error);
  }
  fs::create_directories(options_.directory, error);
  if (error) return Error{Code::kUnavailable, options_.directory + ": cannot be made"};
  TRY(write_file(options_.directory + kMarker, {}));
  TRY(make_side(usa_, "United States of America (demonstration)"));
  TRY(make_side(col_, "República de Colombia (demostración)"));
  TRY(make_agreements());
  TRY(make_overseer());
  tell("keys made, two agreements signed by both countries", "claves creadas, dos acuerdos firmados por ambos países");
  return {};
}

Status Demo::start() {
  for (const std::string& directory : {path("overseer"), usa_.directory, col_.directory}) {
    ASSIGN_OR_RETURN(Process process, Process::start({"node", "serve", "--data", directory}, log_path()));
    TRY(process.read_line(20'000));
    processes_.push_back(std::move(process));
  }
  tell("three processes run: USA, COL and an overseer that cosigns both logs",
       "tres procesos en marcha: USA, COL y un supervisor que refrenda ambos registros");
  return {};
}

// Numbers from `first`; the two sides' ranges overlap in ten, whom COL knows by birth name and USA by another.
Status Demo::enrol_side(const Side& side, std::uint32_t first, std::atomic<std::size_t>& done) {
  ASSIGN_OR_RETURN(NodeCall node, as(side, side.officer));
  for (std::uint32_t number = first; number < first + static_cast<std::uint32_t>(options_.people); ++number) {
    ASSIGN_OR_RETURN(const std::vector<Sample> samples, capture_person(number, 1));
    const synth::Person person = synth::make_person(kSeed, number);
    Json request =
        Json::object({{"person_id", side.country + "-" + std::to_string(number)},
                      {"biographic", demo_biographic(side.country == "COL" ? person.biography : person.alias)},
                      {"samples", demo_samples(samples)}});
    if (!person.guardian.empty()) request.set("guardian", person.guardian);
    if (side.country == "USA" && number == first)
      request.set("withheld_from", Json::array({"COL"})).set("class", "asylum");
    const auto enrolled = node.call("POST", "/v1/persons", request, true);
    // a print too poor to use is left out, as in the field; that anybody is taken for somebody else is not as told
    if (!enrolled.ok() && enrolled.error().code != Code::kNoFeatures) return enrolled.error();
    if (enrolled.ok() && !(*enrolled)["known_as"].as_array()->empty()) {
      return Error{Code::kInternal,
                   "person " + std::to_string(number) + " was taken for " + canonical((*enrolled)["known_as"])};
    }
    ++done;
  }
  return {};
}

Status Demo::enrol_everybody() {
  std::atomic<std::size_t> done{0}, ended{0};
  Status of_usa, of_col;
  const auto people = static_cast<std::uint32_t>(options_.people);
  std::thread usa([&] {
    of_usa = enrol_side(usa_, 1, done);
    ++ended;
  });
  std::thread col([&] {
    of_col = enrol_side(col_, people - 9, done);
    ++ended;
  });
  {
    Progress progress(language() == Language::kSpanish ? "personas sintéticas inscritas" : "synthetic people enrolled");
    while (ended < 2) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      progress.update(done, 2 * static_cast<std::size_t>(options_.people));
    }
  }
  usa.join();
  col.join();
  TRY(of_usa);
  TRY(of_col);
  tell("enrolled on each side from images of four fingers each: ", "inscritas en cada lado con cuatro dedos: ",
       std::to_string(options_.people));
  return {};
}

Json search_json(const std::vector<Sample>& samples) {
  return Json::object({{"case_reference", kFile}, {"samples", demo_samples(samples)}});
}

Json Demo::ask_json(const Side& partner, const char* purpose, const std::vector<Sample>& samples) const {
  return Json::object({{"partner", partner.country},
                       {"purpose", purpose},
                       {"case_reference", kFile},
                       {"legal_basis", "demonstration"},
                       {"samples", demo_samples(samples)}});
}

Result<Json> Demo::wait_for(const Side& side, const std::string& exchange, const std::set<std::string>& states) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    ASSIGN_OR_RETURN(Json question, call(side, side.officer, "GET", "/v1/questions/" + exchange));
    if (states.contains(text_of(question["state"]))) return question;
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{Code::kDeadlineExceeded, "a question stayed " + text_of(question["state"])};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Status Demo::clear_traveller() {
  const std::uint32_t number = 20;  // known to the USA alone, under the name in the papers
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(number, 2));
  ASSIGN_OR_RETURN(const Json verified,
                   call(usa_, usa_.officer, "POST", "/v1/persons/USA-20/verify", search_json(fingers)));
  const bool* match = verified["match"].as_bool();
  if (match == nullptr || !*match) return Error{Code::kInternal, "the traveller's fingers did not verify"};
  tell("Texas: a traveller's fingers are those of the passport's holder",
       "Texas: los dedos de una viajera son los del pasaporte");
  ASSIGN_OR_RETURN(const Json asked, call(usa_, usa_.officer, "POST", "/v1/questions",
                                          ask_json(col_, "traveller_facilitation", fingers)));
  ASSIGN_OR_RETURN(const Json answer, wait_for(usa_, text_of(asked["exchange_id"]), {"no_hit", "hit", "refused"}));
  if (text_of(answer["state"]) != "no_hit")
    return Error{Code::kInternal, "COL answered " + text_of(answer["state"]) + " about the traveller"};
  tell("Colombia, asked: no hit. She is cleared; her fingers are gone from Colombia's node",
       "Colombia, preguntada: sin coincidencia. Pasa; sus dedos ya no están en el nodo de Colombia");
  return {};
}

// Before the candidate's prints are shown. What a person would find the extractor finds here.
Status Demo::mark(const std::string& reference) {
  const std::string the_case = "/v1/cases/" + reference;
  ASSIGN_OR_RETURN(NodeCall node, as(col_, col_.examiner));
  if (node.fetch(the_case + "/pictures/0?kind=clean").ok())
    return Error{Code::kInternal, "the candidate was shown before the question's prints were marked"};
  ASSIGN_OR_RETURN(const Json view, call(col_, col_.examiner, "GET", the_case));
  const Json::Array* pairs = view["pairs"].as_array();
  Json::Array prints;
  for (std::size_t i = 0; pairs != nullptr && i < pairs->size(); ++i) {
    TRY(node.fetch(the_case + "/pictures/" + std::to_string(i) + "?kind=probe"));
    ASSIGN_OR_RETURN(const Bytes file, from_base64(text_of((*pairs)[i]["probe"]["image"])));
    ASSIGN_OR_RETURN(const Image image, format::decode_image(file));
    ASSIGN_OR_RETURN(const finger::Extraction found, finger::extract(image));
    Json::Array marks;
    std::vector<finger::Minutia> marked;
    for (const finger::Minutia& each : found.features.minutiae) {
      if (marks.size() == kMarks) break;
      const auto near = [&](const auto& other) { return std::hypot(each.x - other.x, each.y - other.y) < kMarksApart; };
      if (std::ranges::any_of(marked, near)) continue;  // no person marks one spot twice
      marked.push_back(each);
      marks.push_back(Json::object({{"x", double{each.x}},
                                    {"y", double{each.y}},
                                    {"direction", double{each.direction}},
                                    {"type", static_cast<int>(each.type)}}));
    }
    prints.push_back(Json::object({{"pair", i}, {"marks", Json(std::move(marks))}}));
  }
  TRY(call(col_, col_.examiner, "POST", the_case + "/marks", Json::object({{"prints", Json(std::move(prints))}})));
  tell("Bogotá: an examiner marks the question's prints alone and locks that; then the candidate's are shown",
       "Bogotá: una perita marca solas las huellas de la consulta y las fija; después se muestran las del candidato");
  return {};
}

Status Demo::examine(const std::string& reference) {
  TRY(mark(reference));
  ASSIGN_OR_RETURN(const Json view, call(col_, col_.examiner, "GET", "/v1/cases/" + reference));
  const Json::Array* pairs = view["pairs"].as_array();
  if (pairs == nullptr || pairs->empty()) return Error{Code::kInternal, "the examiner was shown nothing"};
  std::string names;
  ASSIGN_OR_RETURN(NodeCall node, as(col_, col_.examiner));
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    ASSIGN_OR_RETURN(const Bytes png,
                     node.fetch("/v1/cases/" + reference + "/pictures/" + std::to_string(i) + "?kind=marked"));
    const std::string name = path("side-by-side-" + text_of((*pairs)[i]["probe"]["place"]) + ".png");
    TRY(write_file(name, png));
    names += (names.empty() ? "" : ", ") + name;
  }
  tell("Bogotá: an examiner sees both sides' fingers: ", "Bogotá: una perita ve los dedos lado a lado: ", names);
  ASSIGN_OR_RETURN(
      const Json decided,
      call(col_, col_.examiner, "POST", "/v1/cases/" + reference + "/verdict",
           Json::object({{"verdict", "confirm"}, {"reasons", "same ridge flow and minutiae on four fingers"}})));
  tell("Bogotá: confirmed; the fingers that were sent are destroyed",
       "Bogotá: confirmado; los dedos recibidos se destruyen");
  const std::string release = "/v1/cases/" + reference + "/release";
  const Json facts = Json::object({{"decision", "release"}, {"facts", "a traveller with a second name, file read"}});
  if (call(col_, col_.examiner, "POST", release, facts).ok())
    return Error{Code::kInternal, "the examiner decided about the release too"};
  if (call(col_, col_.supervisor, "POST", release, facts).ok())
    return Error{Code::kInternal, "the supervisor released what she had not looked at"};
  ASSIGN_OR_RETURN(const Json card, call(col_, col_.supervisor, "GET", "/v1/cases/" + reference + "/card"));
  if (card["elements"].as_array()->size() != std::size(kReleased))
    return Error{Code::kInternal, "the card does not say what would leave: " + canonical(card)};
  ASSIGN_OR_RETURN(const Json cleared, call(col_, col_.supervisor, "POST", release, facts));
  tell("Bogotá: a second person, a supervisor, opens the card and lets go what the agreement lists",
       "Bogotá: una segunda persona, una supervisora, abre la ficha y entrega lo que el acuerdo permite");
  return {};
}

Status Demo::find_second_name() {
  const auto number = static_cast<std::uint32_t>(options_.people) + 5;  // enrolled in Bogotá only
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(number, 2));
  const synth::Person person = synth::make_person(kSeed, number);
  const auto of_no_file =
      call(usa_, usa_.officer, "POST", "/v1/identify", Json::object({{"samples", demo_samples(fingers)}}));
  if (of_no_file.ok() || of_no_file.error().code != Code::kDenied)
    return Error{Code::kInternal, "a search without a file was not refused"};
  tell("Texas: refused, a search without a file: ", "Texas: rechazada, una búsqueda sin expediente: ",
       in_language(of_no_file.error().message));
  ASSIGN_OR_RETURN(const Json local, call(usa_, usa_.officer, "POST", "/v1/identify", search_json(fingers)));
  if (!local["candidates"].as_array()->empty()) return Error{Code::kInternal, "Texas already knew the person"};
  tell("Texas: a person who gives the name ", "Texas: una persona que dice llamarse ",
       full_name(demo_biographic(person.alias)) +
           (language() == Language::kSpanish ? " no es conocida aquí" : " is not known here"));
  ASSIGN_OR_RETURN(const Json asked,
                   call(usa_, usa_.officer, "POST", "/v1/questions", ask_json(col_, "border_identification", fingers)));
  const std::string exchange = text_of(asked["exchange_id"]);
  ASSIGN_OR_RETURN(const Json hit, wait_for(usa_, exchange, {"no_hit", "hit", "refused"}));
  if (text_of(hit["state"]) != "hit")
    return Error{Code::kInternal, "COL answered " + text_of(hit["state"]) + ", not hit"};
  if (!hit["released"].is_null()) return Error{Code::kInternal, "something was released before the verdict"};
  tell("Colombia, asked: hit, reference ", "Colombia, preguntada: coincidencia, referencia ",
       text_of(hit["reference"]));
  TRY(examine(text_of(hit["reference"])));
  ASSIGN_OR_RETURN(const Json released, wait_for(usa_, exchange, {"released", "not_confirmed"}));
  Json expected{Json::Object()};
  const Json enrolled = demo_biographic(person.biography);
  for (const char* name : kReleased) expected.set(name, enrolled[name]);
  if (released["released"] != expected) {
    return Error{Code::kInternal, "what was released is not exactly what Bogotá enrolled and the agreement lists"};
  }
  tell("Texas: released, exactly the agreed fields: ", "Texas: entregado, exactamente lo acordado: ",
       canonical(released["released"]));
  return {};
}

Status Demo::hide_the_protected() {
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(1, 2));  // under protection in the USA
  ASSIGN_OR_RETURN(const Json local, call(usa_, usa_.officer, "POST", "/v1/identify", search_json(fingers)));
  if (local["candidates"].as_array()->empty()) return Error{Code::kInternal, "the USA did not find its own record"};
  ASSIGN_OR_RETURN(const Json asked,
                   call(col_, col_.officer, "POST", "/v1/questions", ask_json(usa_, "border_identification", fingers)));
  ASSIGN_OR_RETURN(const Json answer, wait_for(col_, text_of(asked["exchange_id"]), {"no_hit", "hit", "refused"}));
  if (text_of(answer["state"]) != "no_hit") return Error{Code::kInternal, "the protected person was given away"};
  tell("Colombia asks about a person whom the USA protects from it: no hit, although the USA knows her",
       "Colombia pregunta por una persona que EE. UU. protege de ella: sin coincidencia, aunque EE. UU. la conoce");
  return {};
}

// By asking, the USA would tell Colombia that she is with it. Her own officer does not know that she is protected.
Status Demo::ask_nobody_about_the_protected() {
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(1, 3));
  ASSIGN_OR_RETURN(NodeCall col, as(col_, col_.supervisor));
  ASSIGN_OR_RETURN(const Bytes before, col.fetch("/v1/log/checkpoint"));
  const auto asked =
      call(usa_, usa_.officer, "POST", "/v1/questions", ask_json(col_, "border_identification", fingers));
  if (asked.ok() || asked.error().message != policy::explain("own_rules"))
    return Error{Code::kInternal, "the protected person was asked about, or it was said why not"};
  ASSIGN_OR_RETURN(const Bytes after, col.fetch("/v1/log/checkpoint"));
  if (before != after) return Error{Code::kInternal, "Colombia heard of a question about the protected person"};
  tell("Texas asks Colombia about the same person, not knowing that; nothing leaves, and nobody is told why: ",
       "Texas pregunta a Colombia por la misma persona, sin saberlo; nada sale, y a nadie se le dice por qué: ",
       in_language(asked.error().message));
  return {};
}

Status Demo::refuse_unlisted_purpose() {
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(30, 2));
  const auto asked =
      call(usa_, usa_.officer, "POST", "/v1/questions", ask_json(col_, "missing_person_search", fingers));
  if (asked.ok() || asked.error().code != Code::kDenied)
    return Error{Code::kInternal, "a purpose that no agreement has was not refused"};
  tell("refused, a purpose that no agreement has: ", "rechazada, una finalidad que ningún acuerdo tiene: ",
       in_language(asked.error().message));
  return {};
}

Status Demo::ask_with_an_order() {
  auto number = static_cast<std::uint32_t>(options_.people) + 6;  // an adult enrolled in Bogotá only
  while (synth::make_person(kSeed, number).biography.at(DataElement::kDateOfBirth) >= "2000") ++number;
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(number, 2));
  Json question = ask_json(col_, "serious_crime_investigation", fingers)
                      .set("subject_category", "suspect")
                      .set("aim", "identify")
                      .set("urgency", "routine");
  const auto without = call(usa_, usa_.officer, "POST", "/v1/questions", question);
  if (without.ok() || without.error().message != policy::explain("order_missing"))
    return Error{Code::kInternal, "a question that needs a court's order was not refused without one"};
  tell("refused, a question about a crime: ", "rechazada, una pregunta sobre un delito: ",
       in_language(without.error().message));
  const auto day = [](int days) { return to_iso8601(SystemClock().now_ms() + days * kDayMs).substr(0, 10); };
  question.set("order", Json::object({{"court", "U.S. District Court, W.D. Texas"},
                                      {"number", "DEMO-26-cr-0114"},
                                      {"date", day(-2)},
                                      {"expires", day(30)}}));
  ASSIGN_OR_RETURN(const Json asked, call(usa_, usa_.officer, "POST", "/v1/questions", question));
  ASSIGN_OR_RETURN(const Json answer, wait_for(usa_, text_of(asked["exchange_id"]), {"no_hit", "hit", "refused"}));
  if (text_of(answer["state"]) != "hit")
    return Error{Code::kInternal, "COL answered " + text_of(answer["state"]) + " to a question with an order"};
  tell(
      "the same with the court's order; Colombia answers: hit, and two examiners must agree, reference ",
      "la misma con la orden del tribunal; Colombia responde: coincidencia, y deben concordar dos peritos, referencia ",
      text_of(answer["reference"]));
  return {};
}

Status Demo::refuse_above_quota() {
  for (int count = 1; count <= kTravellerQuota; ++count) {  // one was used for the traveller
    ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(40 + static_cast<std::uint32_t>(count), 2));
    const auto asked =
        call(usa_, usa_.officer, "POST", "/v1/questions", ask_json(col_, "traveller_facilitation", fingers));
    if (count < kTravellerQuota && !asked.ok()) return asked.error();
    if (count == kTravellerQuota) {
      if (asked.ok() || asked.error().code != Code::kQuotaExceeded)
        return Error{Code::kInternal, "a question above quota was not refused"};
      tell("refused, above today's quota: ", "rechazada, por encima de la cuota de hoy: ",
           in_language(asked.error().message));
    }
  }
  return {};
}

Json watchlist_entry(std::int64_t now_ms) {
  const auto day = [&](int days) { return to_iso8601(now_ms + days * kDayMs).substr(0, 10); };
  const Json fact = Json::object({{"fact", "not seen since the flood, as her brother says"},
                                  {"source", "her brother"},
                                  {"date", day(-9)},
                                  {"document", "report 2026/881"}});
  return Json::object({{"format", 1},
                       {"person_id", "USA-21"},
                       {"owner", "officer.demo"},
                       {"category", "missing"},
                       {"file", "DEMO-2026-0002"},
                       {"legal_basis", "demonstration"},
                       {"facts", Json::array({fact})},
                       {"review", day(60)},
                       {"expires", day(120)}});
}

// Proposed by one, decided by a second one; then Colombia happens to ask.
Status Demo::tell_the_owner() {
  const auto supervisor = [&](const std::string& entry_id) {
    return call(usa_, usa_.supervisor, "POST", "/v1/watchlist/" + entry_id + "/decision",
                Json::object({{"decision", "in_force"}, {"reasons", "read report 2026/881: it is so"}}));
  };
  const Json entry = watchlist_entry(SystemClock().now_ms());
  Json of_points = entry;
  const auto refused = call(usa_, usa_.officer, "POST", "/v1/watchlist", of_points.set("points", 8));
  if (refused.ok()) return Error{Code::kInternal, "an entry made of points was taken"};
  ASSIGN_OR_RETURN(const Json proposed, call(usa_, usa_.officer, "POST", "/v1/watchlist", entry));
  TRY(supervisor(text_of(proposed["entry"]["entry_id"])));
  ASSIGN_OR_RETURN(const std::vector<Sample> fingers, capture_person(21, 2));
  ASSIGN_OR_RETURN(const Json asked,
                   call(col_, col_.officer, "POST", "/v1/questions", ask_json(usa_, "border_identification", fingers)));
  TRY(wait_for(col_, text_of(asked["exchange_id"]), {"no_hit", "hit", "refused"}));
  ASSIGN_OR_RETURN(const Json own, call(usa_, usa_.officer, "GET", "/v1/watchlist-alerts"));
  ASSIGN_OR_RETURN(const Json others, call(usa_, usa_.supervisor, "GET", "/v1/watchlist-alerts"));
  if (own["alerts"].as_array()->size() != 1 || !others["alerts"].as_array()->empty())
    return Error{Code::kInternal, "an alert was not its owner's alone"};
  tell(
      "a watchlist of points is refused; of one of facts, by two people's decision, its owner alone is told: asked by ",
      "una lista de puntos se rechaza; de una de hechos, decidida por dos personas, se avisa solo a su responsable: "
      "preguntada por ",
      text_of((*own["alerts"].as_array())[0]["partner"]));
  return {};
}

Status Demo::verify_logs() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  for (const Side* side : {&usa_, &col_}) {
    for (;;) {  // the overseer's cosignature follows within a second
      ASSIGN_OR_RETURN(const Ended ended, run_puente({"log", "verify", side->directory, "--overseer",
                                                      path("overseer/keys/log.vkey"), "--json"},
                                                     log_path(), 60'000));
      if (ended.exit_code != 0)
        return Error{Code::kInternal, "the log of " + side->country + " does not verify: " + ended.output};
      ASSIGN_OR_RETURN(const Json report, parse_json(ended.output));
      const std::int64_t* entries = report["entries"].as_integer();
      const std::int64_t* cosigned = report["cosigned_size"].as_integer();
      if (entries != nullptr && cosigned != nullptr && *cosigned == *entries) {
        tell("verified from its first entry and cosigned by the overseer, the log of ",
             "verificado desde su primera entrada y refrendado, el registro de ",
             side->country + ": " + std::to_string(*entries) +
                 (language() == Language::kSpanish ? " entradas" : " entries"));
        break;
      }
      if (std::chrono::steady_clock::now() > deadline)
        return Error{Code::kInternal, "the overseer did not cosign the log of " + side->country};
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
  return {};
}

Status Demo::flip_a_byte() {
  namespace fs = std::filesystem;
  const std::string copy = path("copy-of-COL-log");
  ASSIGN_OR_RETURN(const Ended exported,
                   run_puente({"log", "export", "--data", col_.directory, "--out", copy}, log_path(), 60'000));
  if (exported.exit_code != 0) return Error{Code::kInternal, "the log could not be exported"};
  std::string bundle;
  std::error_code error;
  for (const auto& file : fs::recursive_directory_iterator(copy + "/tile/entries", error)) {
    if (file.is_regular_file() && (bundle.empty() || file.path().string() < bundle)) bundle = file.path().string();
  }
  ASSIGN_OR_RETURN(Bytes bytes, read_file(bundle, 64u << 20));
  bytes[bytes.size() / 2] ^= 1;
  TRY(write_file(bundle, bytes));
  ASSIGN_OR_RETURN(
      const Ended verified,
      run_puente({"log", "verify", copy, "--key", col_.directory + "/keys/log.vkey", "--json"}, log_path(), 60'000));
  ASSIGN_OR_RETURN(const Json report, parse_json(verified.output));
  const std::int64_t* bad = report["bad_index"].as_integer();
  if (verified.exit_code == 0 || bad == nullptr)
    return Error{Code::kInternal, "one flipped byte was not noticed: " + verified.output};
  tell("one byte flipped in a copy of Colombia's log; the verifier names the entry: ",
       "un byte cambiado en una copia del registro de Colombia; el verificador nombra la entrada: ",
       std::to_string(*bad) + ": " + text_of(report["problem"]));
  return {};
}

void Demo::print_sign_ins() const {
  const bool spanish = language() == Language::kSpanish;
  for (const Side* side : {&usa_, &col_}) {
    std::printf("%s  %s  certificate %s/keys/tls.crt\n     officer %s\n     examiner %s\n     supervisor %s\n",
                side->country.c_str(), side->url.c_str(), side->directory.c_str(), side->officer.c_str(),
                side->examiner.c_str(), side->supervisor.c_str());
  }
  std::printf(spanish ? "La consola, en un navegador (el certificado es de esta demostración: acéptelo):\n"
                      : "The console, in a browser (the certificate is this demonstration's own: accept it):\n");
  for (const Side* side : {&usa_, &col_})
    std::printf("%s  %s/  officer.demo, examiner.demo, supervisor.demo, auditor.demo, administrator.demo  %s %s\n",
                side->country.c_str(), side->url.c_str(), spanish ? "contraseña" : "password", side->password.c_str());
  std::printf(spanish ? "dedos para capturar en COL: %s\n" : "fingers to capture at COL: %s\n",
              path("capture").c_str());
  std::printf(spanish ? "claves con que se verifica el registro de COL: %s %s\n"
                      : "keys by which the log of COL is verified: %s %s\n",
              path("COL/keys/log.vkey").c_str(), path("overseer/keys/log.vkey").c_str());
}

// Of the moment: each is good for half a minute, and once.
void Demo::print_codes() const {
  for (const Side* side : {&usa_, &col_})
    for (const auto& [user, address] : side->authenticators)
      std::printf("%s  %s  %s %s\n", side->country.c_str(), user.c_str(),
                  language() == Language::kSpanish ? "código" : "code",
                  home::code_of(address, SystemClock().now_ms()).c_str());
  std::fflush(stdout);
}

void Demo::stay_up() {
  if (const Status left = leave_captures(); !left.ok()) std::printf("%s\n", left.error().message.c_str());
  print_sign_ins();
  print_codes();
  std::printf(language() == Language::kSpanish ? "En marcha hasta Ctrl-C. Entrar (la tecla): los códigos del momento.\n"
                                               : "Up until Ctrl-C. Enter: the codes of the moment.\n");
  std::fflush(stdout);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char typed[256];
  for (constexpr timespec kMoment{0, 200'000'000}; sigtimedwait(&set, nullptr, &kMoment) <= 0;) {
    if (input.fd < 0 || ::poll(&input, 1, 0) <= 0) continue;
    if (::read(STDIN_FILENO, typed, sizeof typed) > 0) {
      print_codes();
    } else {
      input.fd = -1;  // nobody types here
    }
  }
}

Result<int> demo(const DemoOptions& options) {
  Demo story(options);
  if (const Status played = story.play(); !played.ok()) {
    story.tell("not as told: ", "no como se contó: ", played.error().message);
    return played.error();
  }
  story.tell("the story is told", "fin de la historia");
  if (!options.once) story.stay_up();
  return 0;
}

}  // namespace

void add_demo(Command& app, Run& run) {
  auto options = std::make_shared<DemoOptions>();
  auto* command =
      app.add_subcommand("demo", "Two countries and an overseer on this machine; the main job, on synthetic people");
  command->add_flag("--once", options->once, "End after the story; the exit code is 0 if every step was as told");
  command->add_option("--people", options->people, "on each side")->check(within(60, 2000));
  command
      ->add_option("--dir", options->directory,
                   "where the nodes and pictures are kept; an earlier demonstration's is replaced")
      ->take_last();
  command->footer("Example: puente demo --once --language es");
  command->callback([options, &run] { run = [options] { return demo(*options); }; });
}

}  // namespace puente::cli
