// People who arrive as records of other systems: transactions, slaps, minutiae alone.
#include <algorithm>

#include "casework/casework.h"
#include "core/limits.h"
#include "core/testing_paper.h"
#include "flow/world.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"
#include "format/person/person.h"
#include "intake/intake.h"

namespace puente::flow {
namespace {

class Records : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }

  static synth::GrownFinger finger(std::uint32_t person, Finger position) {
    static std::map<std::pair<std::uint32_t, Finger>, synth::GrownFinger> grown;
    const auto key = std::pair(person, position);
    if (!grown.contains(key)) grown.emplace(key, synth::grow_finger(77, person, position));
    return grown.at(key);
  }

  static Sample rolled(std::uint32_t person, Finger position, std::uint32_t day) {
    const Image image = synth::capture(finger(person, position), day, {.difficulty = 0.5});
    return {.position = capture_of(position), .image = *format::encode_wsq(image, 2.25), .ppi = 500, .impression = 1};
  }

  // The four fingers of a hand; `hand` says where they are claimed to be from, `shown` which hand is laid down.
  static Sample slap(std::uint32_t person, std::uint32_t day, synth::SlapKind shown, FingerCapture claimed,
                     std::optional<Finger> without = {}) {
    std::vector<std::optional<synth::GrownFinger>> fingers;
    for (const Finger position : synth::fingers_of(shown)) {
      fingers.push_back(position == without ? std::nullopt : std::optional(finger(person, position)));
    }
    const synth::SlapCapture capture = synth::capture_slap(shown, fingers, day, {.difficulty = 0.5});
    return {.position = claimed, .image = *format::encode_png(capture.image), .ppi = 500, .impression = 0};
  }

  static Bytes transaction(const Encounter& encounter) {
    format::TransactionHeader header{.type = "NPS", .destination = "USA", .originator = "COL", .control_number = "t-1"};
    header.time_ms = 1'790'000'000'000;
    return format::itl::write(must(format::to_transaction(encounter, header)));
  }

  service::EnrolRequest request(Bytes record, std::string person_id) {
    service::EnrolRequest out;
    out.person_id = std::move(person_id);
    out.encounter_id = "e-1";
    out.samples = {Sample{.image = std::move(record)}};
    return out;
  }
};

TEST_F(Records, a_person_who_arrives_as_a_transaction_is_found_by_any_finger_of_slap_or_roll) {
  Encounter encounter;
  encounter.biographic = {{DataElement::kFamilyName, "Quiñones"}, {DataElement::kNationality, "VEN"}};
  encounter.samples = {rolled(1, Finger::kRightThumb, 1), rolled(1, Finger::kRightIndex, 1),
                       slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour)};
  encounter.samples.push_back({.image = *format::encode_png(Image{60, 80, 1, 0, std::vector<std::uint8_t>(4800, 90)}),
                               .modality = Modality::kFace});
  const auto enrolled = must(node().enrol(kOfficer, request(transaction(encounter), "p-1")));
  EXPECT_TRUE(enrolled.enrolled);
  EXPECT_TRUE(enrolled.left_out.empty());

  const Encounter kept = must(node().read_encounter(kOfficer, "p-1", "e-1"));
  EXPECT_EQ(kept.biographic, encounter.biographic);
  ASSERT_EQ(kept.samples.size(), 4u);
  EXPECT_EQ(kept.samples[2].position, FingerCapture::kPlainRightFour);
  EXPECT_EQ(kept.samples[3].modality, Modality::kFace);
  EXPECT_EQ(node().health().fingers, 6u);

  for (const auto position : {Finger::kRightThumb, Finger::kRightRing}) {  // the ring in the slap alone
    const auto found = must(node().identify(kOfficer, {rolled(1, position, 2)}, kOurFile));
    ASSERT_EQ(found.candidates.size(), 1u) << to_string(position);
    EXPECT_EQ(found.candidates[0].person_id, "p-1");
  }
  const auto by_slap = must(
      node().identify(kOfficer, {slap(1, 3, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour)}, kOurFile));
  ASSERT_EQ(by_slap.candidates.size(), 1u);
  EXPECT_GE(by_slap.candidates[0].scores.size(), 3u);
}

// As a card that was laid on the glass upside down.
Image upside_down(Image image) {
  CHECK(image.channels == 1);
  std::reverse(image.pixels.begin(), image.pixels.end());
  return image;
}

bool says(const std::vector<SampleQuality>& quality, const std::string& reason) {
  return std::any_of(quality.begin(), quality.end(),
                     [&](const SampleQuality& each) { return std::ranges::count(each.reasons, reason) > 0; });
}

TEST_F(Records, a_slap_that_was_scanned_upside_down_keeps_its_fingers_names) {
  Sample turned = slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour);
  turned.image = *format::encode_png(upside_down(must(format::decode_image(turned.image))));
  service::EnrolRequest enrolment;
  enrolment.person_id = "p-1";
  enrolment.samples = {turned};
  EXPECT_TRUE(says(must(node().enrol(kOfficer, enrolment)).quality, "upside_down"));
  for (const Finger position : {Finger::kRightIndex, Finger::kRightRing}) {
    const auto found = must(node().identify(kOfficer, {rolled(1, position, 2)}, kOurFile));
    ASSERT_EQ(found.candidates.size(), 1u) << to_string(position);
    EXPECT_EQ(found.candidates[0].scores[0].reference, place_of(position));
    EXPECT_FALSE(says(found.quality, "position_doubted"));
  }
}

TEST_F(Records, somebody_is_not_enrolled_again_with_left_and_right_mistaken) {
  service::EnrolRequest right, mistaken;
  right.person_id = "p-1";
  right.samples = {rolled(1, Finger::kRightMiddle, 1), rolled(1, Finger::kLeftIndex, 1)};
  must(node().enrol(kOfficer, right));
  mistaken.person_id = "p-2";
  mistaken.samples = {rolled(1, Finger::kRightMiddle, 2), rolled(1, Finger::kLeftIndex, 2)};
  mistaken.samples[0].position = FingerCapture::kLeftMiddle;
  mistaken.samples[1].position = FingerCapture::kRightIndex;
  const auto answer = must(node().enrol(kOfficer, mistaken));
  EXPECT_FALSE(answer.enrolled);
  ASSERT_EQ(answer.known_as.size(), 1u);
  EXPECT_EQ(answer.known_as[0].person_id, "p-1");
  EXPECT_TRUE(says(answer.quality, "position_doubted"));
  mistaken.samples = {rolled(2, Finger::kRightMiddle, 2)};
  const auto stranger = must(node().enrol(kOfficer, mistaken));
  EXPECT_TRUE(stranger.enrolled);
  EXPECT_FALSE(says(stranger.quality, "position_doubted"));
}

TEST_F(Records, somebody_is_found_by_a_wrong_position_and_it_is_said) {
  service::EnrolRequest enrolment;
  enrolment.person_id = "p-1";
  enrolment.samples = {rolled(1, Finger::kRightMiddle, 1), rolled(1, Finger::kLeftIndex, 1)};
  must(node().enrol(kOfficer, enrolment));
  Sample wrong = rolled(1, Finger::kRightMiddle, 2);
  wrong.position = FingerCapture::kRightIndex;
  const auto found = must(node().identify(kOfficer, {wrong}, kOurFile));
  ASSERT_EQ(found.candidates.size(), 1u);
  const std::vector<PlaceScore>& scores = found.candidates[0].scores;
  EXPECT_TRUE(std::any_of(scores.begin(), scores.end(), [](const PlaceScore& each) {
    return each.reference == place_of(Finger::kRightMiddle) && each.score > 40;
  }));
  EXPECT_TRUE(says(found.quality, "position_doubted"));
  const auto nobody = must(node().identify(kOfficer, {rolled(2, Finger::kRightMiddle, 2)}, kOurFile));
  EXPECT_TRUE(nobody.candidates.empty());
  EXPECT_FALSE(says(nobody.quality, "position_doubted"));
}

TEST_F(Records, somebody_who_would_be_found_in_a_mirror_is_not_found_and_it_is_said) {
  service::EnrolRequest enrolment;
  enrolment.person_id = "p-1";
  enrolment.samples = {rolled(1, Finger::kRightMiddle, 1)};
  must(node().enrol(kOfficer, enrolment));
  Sample flipped = rolled(1, Finger::kRightMiddle, 2);
  Image image = must(format::decode_image(flipped.image));
  for (int y = 0; y < image.height; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    std::reverse(row, row + image.width);
  }
  flipped.image = *format::encode_png(image);
  const auto found = must(node().identify(kOfficer, {flipped}, kOurFile));
  EXPECT_TRUE(found.candidates.empty()) << "a reason to look at a file is no finding";
  EXPECT_TRUE(says(found.quality, "mirrored"));
  EXPECT_FALSE(
      says(must(node().identify(kOfficer, {rolled(2, Finger::kRightMiddle, 2)}, kOurFile)).quality, "mirrored"));
  EXPECT_FALSE(
      says(must(node().identify(kOfficer, {rolled(1, Finger::kRightMiddle, 2)}, kOurFile)).quality, "mirrored"));
}

TEST_F(Records, names_that_were_read_as_latin_1_are_remarked_and_not_said_to_be_left_out) {
  Encounter encounter;
  encounter.biographic = {{DataElement::kFamilyName, "Munoz"}};
  encounter.samples = {rolled(1, Finger::kRightThumb, 1)};
  Bytes bytes = transaction(encounter);
  const std::string plain = "Munoz";
  const auto name = std::search(bytes.begin(), bytes.end(), plain.begin(), plain.end());
  ASSERT_NE(name, bytes.end());
  name[2] = 0xf1;
  const auto enrolled = must(node().enrol(kOfficer, request(bytes, "p-1")));
  EXPECT_EQ(must(node().read_encounter(kOfficer, "p-1", "e-1")).biographic.at(DataElement::kFamilyName), "Mu\u00f1oz");
  EXPECT_TRUE(enrolled.left_out.empty());
  ASSERT_EQ(enrolled.remarks.size(), 1u);
  EXPECT_NE(enrolled.remarks[0].find("family_name"), std::string::npos) << enrolled.remarks[0];
}

TEST_F(Records, fingers_are_kept_as_wsq_where_that_is_wanted_and_found_all_the_same) {
  const auto png = [](Finger position, std::uint32_t day) {
    const Image image = synth::capture(finger(1, position), day, {.difficulty = 0.5});
    return Sample{.position = capture_of(position), .image = *format::encode_png(image), .ppi = 500};
  };
  service::EnrolRequest enrolment;
  enrolment.person_id = "p-1";
  enrolment.encounter_id = "e-1";
  enrolment.samples = {png(Finger::kRightThumb, 1),
                       slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour)};
  world.change_config = [](service::Config& config) { config.fingers_as_wsq = true; };
  world.start(world.usa);
  must(node().enrol(kOfficer, enrolment));
  const Encounter kept = must(node().read_encounter(kOfficer, "p-1", "e-1"));
  ASSERT_EQ(kept.samples.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(coding_of(kept.samples[i].image), Coding::kWsq);
    EXPECT_LT(kept.samples[i].image.size() * 5, enrolment.samples[i].image.size());
  }
  for (const Finger position : {Finger::kRightThumb, Finger::kRightRing})
    EXPECT_EQ(must(node().identify(kOfficer, {png(position, 2)}, kOurFile)).candidates.size(), 1u)
        << to_string(position);
  world.change_config = nullptr;
  world.start(world.usa);
  enrolment.person_id = "p-2";
  enrolment.encounter_id = "e-2";
  enrolment.enrol_if_known = true;
  must(node().enrol(kOfficer, enrolment));
  EXPECT_EQ(must(node().read_encounter(kOfficer, "p-2", "e-2")).samples[0].image, enrolment.samples[0].image);
}

// Nobody knows whose it is, so that no rule about positions can hold against it: how many there were stays to be told.
TEST_F(Records, the_log_says_how_many_second_prints_came_along) {
  const auto capture = [](Finger position) { return synth::capture(finger(1, position), 1, {.difficulty = 0.5}); };
  const Image index = capture(Finger::kRightIndex), sheet = on_one_paper(index, capture(Finger::kRightMiddle));
  for (const auto& [image, seconds] : {std::pair(sheet, 1), std::pair(index, 0)}) {
    service::EnrolRequest enrolment = request(must(format::encode_png(image)), seconds == 1 ? "p-1" : "p-2");
    enrolment.encounter_id = "e-" + enrolment.person_id;
    enrolment.enrol_if_known = true;
    must(node().enrol(kOfficer, enrolment));
    const Json details = must(node().log_entries(kAuditor, {.event = "enrolled"})).lines.back().details;
    EXPECT_EQ(*details["second_prints"].as_integer(), seconds);
    EXPECT_EQ(*details["fingers"].as_integer(), 1 + seconds);
  }
}

TEST_F(Records, fingers_that_are_missing_leave_the_others_their_names) {
  Encounter encounter;
  encounter.samples = {slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour, Finger::kRightMiddle)};
  encounter.missing = {{Finger::kRightMiddle, Missing::kAmputated}};
  must(node().enrol(kOfficer, request(transaction(encounter), "p-1")));
  EXPECT_EQ(must(node().read_encounter(kOfficer, "p-1", "e-1")).missing, encounter.missing);
  const auto found = must(node().identify(kOfficer, {rolled(1, Finger::kRightRing, 2)}, kOurFile));
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates[0].scores[0].reference, place_of(Finger::kRightRing));
}

TEST_F(Records, a_hand_taken_for_the_other_is_refused_where_single_fingers_say_so) {
  Encounter encounter;
  for (int finger = 1; finger <= 10; ++finger) {
    encounter.samples.push_back(rolled(1, static_cast<Finger>(finger), 1));
  }
  encounter.samples.push_back(slap(1, 1, synth::SlapKind::kLeftFour, FingerCapture::kPlainRightFour));
  const auto refused = node().enrol(kOfficer, request(transaction(encounter), "p-1"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kInvalidInput);
  EXPECT_NE(refused.error().message.find("wrong order"), std::string::npos) << refused.error().message;
}

TEST_F(Records, swapped_fingers_are_refused) {
  Encounter encounter;
  encounter.samples = {rolled(1, Finger::kRightIndex, 1), rolled(1, Finger::kRightMiddle, 1),
                       slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour)};
  std::swap(encounter.samples[0].position, encounter.samples[1].position);
  const auto refused = node().enrol(kOfficer, request(transaction(encounter), "p-1"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kInvalidInput);
  EXPECT_NE(refused.error().message.find("wrong order"), std::string::npos) << refused.error().message;
  EXPECT_EQ(node().health().people, 0u);
}

TEST_F(Records, minutiae_alone_are_enough_to_be_found) {
  const Image image = synth::capture(finger(1, Finger::kLeftIndex), 1, {.difficulty = 0.5});
  const auto record = intake::to_minutiae_record(must(finger::extract(image)).features,
                                                 format::MinutiaeFormat::kIso2005, Finger::kLeftIndex);
  must(node().enrol(kOfficer, request(must(format::write_minutiae_record(record)), "p-1")));
  const auto found = must(node().identify(kOfficer, {rolled(1, Finger::kLeftIndex, 2)}, kOurFile));
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates[0].person_id, "p-1");
}

TEST_F(Records, a_damaged_transaction_gives_what_is_whole_and_says_what_is_not) {
  Encounter encounter;
  encounter.samples = {rolled(1, Finger::kRightThumb, 1), rolled(1, Finger::kRightIndex, 1)};
  Bytes bytes = transaction(encounter);
  bytes.resize(bytes.size() - 1000);
  const auto enrolled = must(node().enrol(kOfficer, request(bytes, "p-1")));
  EXPECT_TRUE(enrolled.enrolled);
  EXPECT_EQ(node().health().fingers, 1u);
  EXPECT_FALSE(enrolled.left_out.empty());
  const auto found = must(node().identify(kOfficer, {Sample{.image = bytes}}, kOurFile));
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.left_out, enrolled.left_out) << "whoever searches is told as well";
  EXPECT_EQ(node().enrol(kOfficer, request(Bytes(500, 'x'), "p-2")).error().code, Code::kUnsupported);
}

// What a partner keeps of a question, sealed as it is: its case's exhibit, read by its own node's key.
TEST_F(Records, a_question_takes_fingers_along_and_nothing_else) {
  Encounter encounter;
  encounter.biographic = {{DataElement::kFamilyName, "Quiñones"}};
  const Image index = synth::capture(finger(1, Finger::kRightIndex), 4, {.difficulty = 0.5});
  const std::vector<std::string> comment = {"SUBJECT Quiñones"};
  encounter.samples = {
      {.position = FingerCapture::kRightIndex, .image = *format::encode_wsq(index, 2.25, comment), .ppi = 500},
      slap(1, 1, synth::SlapKind::kRightFour, FingerCapture::kPlainRightFour)};
  const Bytes face = *format::encode_png(Image{60, 80, 1, 0, std::vector<std::uint8_t>(4800, 90)});
  encounter.samples.push_back({.image = face, .modality = Modality::kFace});
  world.enrol(world.col, 1, "p-there");
  service::AskRequest ask;
  ask.partner = "COL";
  ask.purpose = Purpose::kBorderIdentification;
  ask.case_reference = "TX-1";
  ask.grounds.legal_basis = "8 USC 1225";
  ask.samples = {Sample{.image = transaction(encounter)}};
  const auto question = must(node().ask(kOfficer, ask));
  world.usa.node->work();
  const Question answered = must(node().question(kOfficer, question.exchange_id));
  ASSERT_EQ(answered.state, QuestionState::kHit);

  world.col.node.reset();
  const auto store =
      must(store::open(world.col.directory, store::Mode::kOpen, World::copy(world.col.node_key), world.random));
  const Bytes exhibit = must(store->case_exhibit(answered.reference));
  const std::string_view kept = text(exhibit);
  EXPECT_EQ(kept.find("Qui"), std::string_view::npos);
  EXPECT_EQ(kept.find("SUBJECT"), std::string_view::npos);
  EXPECT_EQ(kept.find(text(face)), std::string_view::npos);
  EXPECT_GE(must(casework::decode_exhibit(exhibit)).pairs.size(), 1u);  // the index finger, once
}

// Sixteen kilobytes once cost an examiner's node three gigabytes. What is drawn is as large as fingers are.
TEST_F(Records, a_hit_by_a_record_that_says_it_is_of_a_huge_picture_is_looked_at_at_a_fingers_size) {
  world.enrol(world.col, 1, "p-there");
  service::AskRequest ask;
  ask.partner = "COL";
  ask.purpose = Purpose::kBorderIdentification;
  ask.case_reference = "TX-1";
  ask.grounds.legal_basis = "8 USC 1225";
  for (const Finger position : {Finger::kRightIndex, Finger::kLeftIndex}) {
    const Image image = synth::capture(finger(1, position), 2, {.difficulty = 0.5});
    auto record =
        intake::to_minutiae_record(must(finger::extract(image)).features, format::MinutiaeFormat::kIso2005, position);
    record.views[0].width = record.views[0].height = 11'900;
    ask.samples.push_back({capture_of(position), must(format::write_minutiae_record(record)), 0});
  }
  const Question asked = must(node().ask(kOfficer, ask));
  node().work();
  const Question hit = world.state(world.usa, asked);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  mark_probe(world.col, hit.reference);
  const service::CaseView view = must(world.col.node->view_case(kExaminer, hit.reference));
  ASSERT_FALSE(view.exhibit.pairs.empty());
  using service::PictureKind;
  for (const PictureKind kind :
       {PictureKind::kProbe, PictureKind::kClean, PictureKind::kAligned, PictureKind::kMarked}) {
    const Bytes png = must(world.col.node->case_picture(kExaminer, hit.reference, 0, kind));
    const Image picture = must(format::decode_image(png));
    EXPECT_LE(std::max(picture.width, picture.height), limits::kPrintSideMax) << to_string(kind);
  }
}

TEST_F(Records, minutiae_of_an_impossible_size_or_number_cost_nothing) {
  format::MinutiaeRecord record;
  format::MinutiaeView view;
  view.width = view.height = 65535;
  view.minutiae = {{1, 5, 6, 7, 80}};
  record.views = {view};
  EXPECT_EQ(node().enrol(kOfficer, request(must(format::write_minutiae_record(record)), "p-1")).error().code,
            Code::kTooLarge);
  record.format = format::MinutiaeFormat::kIso2011;
  view.width = view.height = 300;
  record.views.assign(60'000, view);
  EXPECT_EQ(node().enrol(kOfficer, request(must(format::write_minutiae_record(record)), "p-1")).error().code,
            Code::kTooLarge);
}

}  // namespace
}  // namespace puente::flow
