// Every reason of the table is given by some case below, every reason that a case gives is in the table, and
// docs/rules.md is what both make.
#include "policy/rules.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

struct Example {
  Moment moment;
  const char* when;  // a sentence for docs/rules.md
  std::function<Decision()> decide;
};

// What is sound but for one thing, by name of the moment.
Decision enrol(const std::function<void(Enrolment&)>& change) {
  Enrolment enrolment;
  enrolment.now_ms = at("2026-06-03");
  change(enrolment);
  return may_enrol(enrolment);
}
Decision ask(const std::function<void(AcceptedAgreement&, Ask&)>& change) {
  AcceptedAgreement agreement = in_force();
  Ask ask = sound_ask();
  change(agreement, ask);
  return may_ask(&agreement, ask);
}
Decision ask_3(const std::function<void(Ask&)>& change, Ask ask = sound_ask_3()) {
  const AcceptedAgreement agreement = in_force_3();
  change(ask);
  return may_ask(&agreement, ask);
}
Decision tell_about(const std::vector<std::string>& files) {
  return may_tell_about(*in_force_3().terms(Purpose::kBorderIdentification), files, "TX-2026-0001");
}
Decision on_record(const OnRecord& person) {
  return may_find_of(*in_force_3().terms(Purpose::kBorderIdentification), person, "COL", at("2026-06-01"));
}
Decision find(const std::function<void(Standing&)>& change, const Scope& scope = Scope::partner("COL")) {
  Standing standing;
  change(standing);
  return may_find(standing, scope);
}
Decision release(const std::function<void(AcceptedAgreement&, Case&, std::int64_t&)>& change) {
  AcceptedAgreement agreement = in_force();
  Case decided = cleared_case();
  std::int64_t now_ms = at("2026-06-03");
  change(agreement, decided, now_ms);
  return may_release(agreement, decided, now_ms);
}
Decision release_by_order(const std::function<void(std::optional<CourtOrder>&)>& change) {
  AcceptedAgreement agreement = in_force_3();
  Case decided = cleared_case();
  decided.agreement_id = agreement.id;
  agreement.purposes[0].conditions->needs_order = true;
  decided.grounds.order = CourtOrder{"Juzgado 4", "2026-118", "2026-05-01", "2026-06-03"};
  change(decided.grounds.order);
  return may_release(agreement, decided, at("2026-06-03"));
}

Decision review(const std::function<void(Review&)>& change) {
  Review review{"examiner-7", "fourteen points agree", 2, 2};
  review.has_locked = true;
  change(review);
  return may_decide(review);
}
struct Marked {
  std::vector<ExhibitPair> pairs{1};
  std::vector<std::vector<Mark>> marks = {{{10, 10, 0, 1}, {20, 30, 0, 1}, {40, 10, 0, 2}}};
  std::size_t not_seen = 0;
  bool locked_before = false;
};
Decision marking(const std::function<void(Marked&)>& change) {
  Marked marked;
  marked.pairs[0].probe.width = marked.pairs[0].probe.height = 400;
  marked.pairs[0].probe.image = {1};
  change(marked);
  return may_lock({marked.pairs, marked.marks, marked.not_seen, marked.locked_before});
}

const std::string kLong = "met at the border" + std::string(496, '!');
Decision clear(const std::function<void(Clearance&)>& change) {
  Clearance clearance{.examiners = {"examiner-7"},
                      .releaser = "supervisor-2",
                      .facts = "met at the border, file read",
                      .card_seen = true};
  change(clearance);
  return may_clear(clearance);
}

using G = AcceptedAgreement&;
using A = Ask&;
using C = Case&;
using S = Standing&;
using T = std::int64_t&;
using R = Review&;
using M = Marked&;
using O = std::optional<CourtOrder>&;

const std::vector<Example>& enrolments() {
  static const std::vector<Example> kExamples = {
      {Moment::kEnrol, "met for the first time", [] { return enrol([](Enrolment&) {}); }},
      {Moment::kEnrol, "a search before found somebody",
       [] { return enrol([](Enrolment& e) { e.known_under_another_id = true; }); }},
      {Moment::kEnrol, "the same, and the officer insists",
       [] { return enrol([](Enrolment& e) { e.known_under_another_id = e.officer_insists = true; }); }},
      {Moment::kEnrol, "the date of birth is no real day",
       [] { return enrol([](Enrolment& e) { e.date_of_birth = "1980-02-31"; }); }},
      {Moment::kEnrol, "born after the capture",
       [] { return enrol([](Enrolment& e) { e.date_of_birth = "2031-01-01"; }); }},
      {Moment::kEnrol, "five years old", [] { return enrol([](Enrolment& e) { e.date_of_birth = "2021-01-01"; }); }},
      {Moment::kEnrol, "seven years old, and nobody stands by",
       [] { return enrol([](Enrolment& e) { e.date_of_birth = "2019-01-01"; }); }},
      {Moment::kEnrol, "the same, and the officer says to be the guardian",
       [] {
         return enrol([](Enrolment& e) {
           e.date_of_birth = "2019-01-01";
           e.capturer = "ana.ruiz", e.guardian = "Ana Ruiz";
         });
       }},
      {Moment::kEnrol, "every print is below the floor of quality",
       [] { return enrol([](Enrolment& e) { e.below_floor = true; }); }},
      {Moment::kProtect, "asks for asylum, from the country fled from",
       [] { return may_protect(ProtectionClass::kAsylum, true); }},
      {Moment::kProtect, "a victim of crime", [] { return may_protect(ProtectionClass::kVictimOfCrime, false); }},
      {Moment::kProtect, "no class", [] { return may_protect(std::nullopt, true); }},
      {Moment::kProtect, "asks for asylum, and no country is named",
       [] { return may_protect(ProtectionClass::kAsylum, false); }},
      {Moment::kEnrol, "the fingers are another person's than those of the id given",
       [] { return enrol([](Enrolment& e) { e.contradicts_person = true; }); }},
      {Moment::kEnrol, "nothing of the id given can be compared with them",
       [] { return enrol([](Enrolment& e) { e.nothing_in_common = true; }); }},
      {Moment::kEnrol, "one finger is given as two",
       [] { return enrol([](Enrolment& e) { e.contradicts_itself = true; }); }},
      {Moment::kEnrol, "the same, and a supervisor overrules it",
       [] { return enrol([](Enrolment& e) { e.contradicts_itself = e.supervisor_overrules = true; }); }},
      {Moment::kEnrol, "a supervisor overrules what nothing contradicts", [] { return may_overrule(false); }},
  };
  return kExamples;
}

const std::vector<Example>& own_searches() {
  static const std::vector<Example> kExamples = {
      {Moment::kSearch, "a file is named", [] { return may_search("TX-2026-0001"); }},
      {Moment::kSearch, "no file number, whatever else is said", [] { return may_search(""); }},
      {Moment::kSearch, "a file number without a digit", [] { return may_search("routine"); }},
      {Moment::kSearch, "no file yet, and why it cannot wait",
       [] { return may_search("", UrgentSearch{"a child alone, in a lorry"}); }},
      {Moment::kSearch, "no file, urgent, and not a word why", [] { return may_search("", UrgentSearch{}); }},
      {Moment::kSearch, "no file, urgent, and three before that nobody has looked at",
       [] {
         return may_search("", UrgentSearch{"a child alone, in a lorry", 3});
       }},
  };
  return kExamples;
}

const std::vector<Example>& questions() {
  static const std::vector<Example> kExamples = {
      {Moment::kAsk, "a clause fits", [] { return ask([](G, A) {}); }},
      {Moment::kAsk, "a country asks itself", [] { return ask([](G, A a) { a.answering = "USA"; }); }},
      {Moment::kAsk, "the asking side's own rules have nothing against it",
       [] { return may_ask_about({"PER"}, "COL"); }},
      {Moment::kAsk, "they have something against it",
       [] {
         return may_ask_about({"PER", "COL"}, "COL");
       }},
      {Moment::kAsk, "nothing was signed", [] { return may_ask(nullptr, sound_ask()); }},
      {Moment::kAsk, "the day before the first", [] { return ask([](G, A a) { a.now_ms = at("2025-12-31"); }); }},
      {Moment::kAsk, "the first day after", [] { return ask([](G, A a) { a.now_ms = at("2027-01-01"); }); }},
      {Moment::kAsk, "suspended by this node",
       [] { return ask([](G g, A) { g.state = AgreementState::kSuspended; }); }},
      {Moment::kAsk, "terminated by this node",
       [] { return ask([](G g, A) { g.state = AgreementState::kTerminated; }); }},
      {Moment::kAsk, "a newer one came into force that says so",
       [] { return ask([](G g, A a) { g.replaced_ms = a.now_ms; }); }},
      {Moment::kAsk, "a third country asks", [] { return ask([](G, A a) { a.asking = "PER"; }); }},
      {Moment::kAsk, "a third country is asked", [] { return ask([](G, A a) { a.answering = "PER"; }); }},
      {Moment::kAsk, "no clause has the purpose",
       [] { return ask([](G, A a) { a.purpose = Purpose::kMissingPersonSearch; }); }},
      {Moment::kAsk, "the clause lets only the other side ask",
       [] { return ask([](G, A a) { a.purpose = Purpose::kTraffickingInvestigation; }); }},
      {Moment::kAsk, "no sample", [] { return ask([](G, A a) { a.modalities.clear(); }); }},
      {Moment::kAsk, "a face, where the clause has fingers",
       [] {
         return ask([](G, A a) {
           a.modalities = {Modality::kFace};
           a.compared_here = {Modality::kFinger, Modality::kFace};
         });
       }},
      {Moment::kAsk, "an iris, which the clause has and the program does not",
       [] {
         return ask([](G g, A a) {
           g.purposes[0].modalities.insert(Modality::kIris);
           a.modalities = {Modality::kIris};
         });
       }},
      {Moment::kAsk, "no file number", [] { return ask([](G, A a) { a.case_reference.clear(); }); }},
      {Moment::kAsk, "a file number without a digit", [] { return ask([](G, A a) { a.case_reference = "none"; }); }},
      {Moment::kAsk, "to be answered ten days ago",
       [] { return ask([](G, A a) { a.answer_within_ms = -10 * kDayMs; }); }},
      {Moment::kAsk, "the sixth question of a day with five", [] { return ask([](G, A a) { a.asked_today = 5; }); }},
  };
  return kExamples;
}

const std::vector<Example>& grounds() {
  static const std::vector<Example> kExamples = {
      {Moment::kAsk, "no law or order named", [] { return ask_3([](A a) { a.grounds.legal_basis.clear(); }); }},
      {Moment::kAsk, "no category", [] { return ask_3([](A a) { a.grounds.subject_category.reset(); }); }},
      {Moment::kAsk, "about a victim, where the clause has suspects",
       [] { return ask_3([](A a) { a.grounds.subject_category = SubjectCategory::kVictim; }); }},
      {Moment::kAsk, "no aim", [] { return ask_3([](A a) { a.grounds.aim.reset(); }); }},
      {Moment::kAsk, "to learn more, where the clause has to identify",
       [] { return ask_3([](A a) { a.grounds.aim = Aim::kMoreData; }); }},
      {Moment::kAsk, "no urgency", [] { return ask_3([](A a) { a.grounds.urgency.reset(); }); }},
      {Moment::kAsk, "no age, where the clause begins at 14", [] { return ask_3([](A a) { a.grounds.age.reset(); }); }},
      {Moment::kAsk, "thirteen years old", [] { return ask_3([](A a) { a.grounds.age = 13; }); }},
      {Moment::kAsk, "no order", [] { return ask_3([](A a) { a.grounds.order.reset(); }, ask_with_order()); }},
      {Moment::kAsk, "an order without a number",
       [] { return ask_3([](A a) { a.grounds.order->number = "none"; }, ask_with_order()); }},
      {Moment::kAsk, "an order of next week",
       [] { return ask_3([](A a) { a.grounds.order->date = "2026-06-08"; }, ask_with_order()); }},
      {Moment::kAsk, "the day after its last",
       [] { return ask_3([](A a) { a.now_ms = at("2026-07-01"); }, ask_with_order()); }},
      {Moment::kRelease, "of a version that kept no order", [] { return release_by_order([](O o) { o.reset(); }); }},
      {Moment::kRelease, "the order has no number", [] { return release_by_order([](O o) { o->number = "none"; }); }},
      {Moment::kRelease, "the order begins tomorrow",
       [] { return release_by_order([](O o) { o->date = o->expires = "2026-06-04"; }); }},
      {Moment::kRelease, "the order ended yesterday",
       [] { return release_by_order([](O o) { o->expires = "2026-06-02"; }); }},
      {Moment::kFind, "a national of the asked country",
       [] {
         return on_record({{"COL"}, {}});
       }},
      {Moment::kFind, "thirteen years old by the record, where the clause begins at 14",
       [] {
         return on_record({{}, {"2013-01-01"}});
       }},
      {Moment::kFind, "one other file today, of two", [] { return tell_about({"TX-2026-0007"}); }},
      {Moment::kFind, "this file before",
       [] {
         return tell_about({"TX-2026-0001", "TX-2026-0007"});
       }},
      {Moment::kFind, "two other files today, of two",
       [] {
         return tell_about({"TX-2026-0007", "TX-2026-0008"});
       }},
  };
  return kExamples;
}

const std::vector<Example>& searches() {
  static const std::vector<Example> kExamples = {
      {Moment::kFind, "an ordinary record", [] { return find([](S) {}); }},
      {Moment::kFind, "withheld from who asks", [] { return find([](S s) { s.withheld_from = {"COL"}; }); }},
      {Moment::kFind, "asked by \"Colombia\"", [] { return find([](S) {}, Scope::partner("Colombia")); }},
      {Moment::kFind, "set inactive", [] { return find([](S s) { s.active = false; }, Scope::own()); }},
      {Moment::kFind, "the person disputes the record", [] { return find([](S s) { s.disputed = true; }); }},
      {Moment::kFind, "thirteen years old, and it is about a serious crime",
       [] {
         const std::vector<std::string> born = {"2013-05-01"};
         return may_find_for(Purpose::kSeriousCrimeInvestigation, born, at("2026-06-01"));
       }},
      {Moment::kFind, "on a list that is not searched", [] { return find([](S s) { s.galleries = {"list"}; }); }},
      {Moment::kReview, "certified until tomorrow",
       [] {
         return may_examine({at("2026-06-02"), at("2026-06-01")});
       }},
      {Moment::kReview, "certified by nobody",
       [] {
         return may_examine({0, at("2026-06-01")});
       }},
      {Moment::kReview, "the day after a certificate's last",
       [] {
         return may_examine({at("2026-06-01"), at("2026-06-01")});
       }},
      {Moment::kReview, "certified, and found to confirm what is of two",
       [] {
         return may_examine({at("2026-06-02"), at("2026-06-01"), at("2026-05-30")});
       }},
      {Moment::kReview, "a name and a sentence", [] { return review([](R) {}); }},
      {Moment::kReview, "no name", [] { return review([](R r) { r.examiner = ""; }); }},
      {Moment::kReview, "nine letters", [] { return review([](R r) { r.reasons = "they   agree"; }); }},
      {Moment::kReview, "513 letters", [] { return review([](R r) { r.reasons = kLong; }); }},
      {Moment::kReview, "a second verdict of the same person",
       [] { return review([](R r) { r.has_given_one = true; }); }},
      {Moment::kReview, "the question's prints are not marked yet",
       [] { return review([](R r) { r.has_locked = false, r.seen = 0; }); }},
      {Moment::kReview, "confirmed, though no print of the question was of value",
       [] { return review([](R r) { r.confirms_no_value = true; }); }},
      {Moment::kReview, "one of two pairs was looked at", [] { return review([](R r) { r.seen = 1; }); }},
      {Moment::kReview, "nobody showed that another capture of the person has other fingers",
       [] { return review([](R r) { r.doubts_not_seen = 1; }); }},
      {Moment::kReview, "one hand of each of two people, confirmed",
       [] { return review([](R r) { r.confirms_several_people = true; }); }},
      {Moment::kReview, "three minutiae marked on the question's print", [] { return marking([](M) {}); }},
      {Moment::kReview, "the print is of no value", [] { return marking([](M m) { m.marks = {{}}; }); }},
      {Moment::kReview, "the candidate's print is asked for before that", [] { return may_see_candidate(false); }},
      {Moment::kReview, "marked without a look", [] { return marking([](M m) { m.not_seen = 1; }); }},
      {Moment::kReview, "marked a second time", [] { return marking([](M m) { m.locked_before = true; }); }},
      {Moment::kReview, "one of the prints is left out", [] { return marking([](M m) { m.marks.clear(); }); }},
      {Moment::kReview, "two minutiae", [] { return marking([](M m) { m.marks[0].pop_back(); }); }},
      {Moment::kReview, "256 minutiae", [] { return marking([](M m) { m.marks[0].resize(256); }); }},
      {Moment::kReview, "a mark beside the print", [] { return marking([](M m) { m.marks[0][0].x = 400; }); }},
      {Moment::kReview, "a mark at no number",
       [] { return marking([](M m) { m.marks[0][0].y = std::numeric_limits<float>::quiet_NaN(); }); }},
      {Moment::kReview, "one mark given twice", [] { return marking([](M m) { m.marks[0][1] = m.marks[0][0]; }); }},
      {Moment::kReview, "marks on a print that was sent as minutiae",
       [] { return marking([](M m) { m.pairs[0].probe.image.clear(); }); }},
  };
  return kExamples;
}

const std::vector<Example>& releases() {
  static const std::vector<Example> kExamples = {
      {Moment::kRelease, "confirmed, in time, in force", [] { return release([](G, C, T) {}); }},
      {Moment::kRelease, "rejected", [] { return release([](G, C c, T) { c.state = CaseState::kRejected; }); }},
      {Moment::kRelease, "no examiner named", [] { return release([](G, C c, T) { c.examiner.clear(); }); }},
      {Moment::kRelease, "a verdict of four letters",
       [] { return release([](G, C c, T) { c.verdict_reasons = "same"; }); }},
      {Moment::kRelease, "trafficking, and one of two examiners confirms",
       [] {
         return release([](G g, C c, T) {
           for (PurposeTerms& each : g.purposes) each.may_ask.insert("USA");
           c.purpose = Purpose::kTraffickingInvestigation;
           c.offence = "trafficking in persons";
           c.verdicts = {{"examiner-7", Verdict::kConfirm, "fourteen minutiae agree", c.decided_ms}};
         });
       }},
      {Moment::kRelease, "decided after the case had expired",
       [] { return release([](G, C c, T now) { c.decided_ms = now = c.expires_ms; }); }},
      {Moment::kRelease, "confirmed, and nobody else has looked",
       [] { return release([](G, C c, T) { c.state = CaseState::kConfirmed; }); }},
      {Moment::kRelease, "cleared by nobody", [] { return release([](G, C c, T) { c.releaser.clear(); }); }},
      {Moment::kRelease, "cleared by the examiner", [] { return release([](G, C c, T) { c.releaser = c.examiner; }); }},
      {Moment::kRelease, "cleared with a word", [] { return release([](G, C c, T) { c.release_facts = "fine"; }); }},
      {Moment::kRelease, "cleared before the verdict",
       [] { return release([](G, C c, T) { c.cleared_ms = c.decided_ms - 1; }); }},
      {Moment::kRelease, "a second person decides, with facts", [] { return clear([](Clearance&) {}); }},
      {Moment::kRelease, "to be released by who sits at the keys",
       [] { return clear([](Clearance& c) { c.at_the_keys = true; }); }},
      {Moment::kRelease, "nobody showed the second person that another capture has other fingers",
       [] { return clear([](Clearance& c) { c.doubts_not_seen = 1; }); }},
      {Moment::kRelease, "by whom has not opened the card",
       [] { return clear([](Clearance& c) { c.card_seen = false; }); }},
      {Moment::kRelease, "513 letters of facts", [] { return clear([](Clearance& c) { c.facts = kLong; }); }},
      {Moment::kRelease, "of a crime that nobody names",
       [] { return clear([](Clearance& c) { c.purpose = Purpose::kSeriousCrimeInvestigation; }); }},
      {Moment::kRelease, "an offence of 513 letters", [] { return clear([](Clearance& c) { c.offence = kLong; }); }},
      {Moment::kRelease, "another agreement's case", [] { return release([](G, C c, T) { c.agreement_id = "x"; }); }},
      {Moment::kRelease, "before its first day",
       [] { return release([](G g, C, T now) { g.valid_from_ms = now + 1; }); }},
      {Moment::kRelease, "it ended meanwhile", [] { return release([](G g, C, T now) { g.valid_until_ms = now; }); }},
      {Moment::kRelease, "suspended meanwhile",
       [] { return release([](G g, C, T) { g.state = AgreementState::kSuspended; }); }},
      {Moment::kRelease, "terminated meanwhile",
       [] { return release([](G g, C, T) { g.state = AgreementState::kTerminated; }); }},
      {Moment::kRelease, "to a third country", [] { return release([](G, C c, T) { c.partner = "PER"; }); }},
      {Moment::kRelease, "no clause has the purpose",
       [] { return release([](G g, C, T) { g.purposes.erase(g.purposes.begin()); }); }},
      {Moment::kRelease, "a purpose that the asker may not ask for",
       [] { return release([](G, C c, T) { c.purpose = Purpose::kTraffickingInvestigation; }); }},
      {Moment::kRelease, "thirty days after the verdict",
       [] { return release([](G, C, T now) { now = at("2026-07-02"); }); }},
      {Moment::kKeep, "the last millisecond", [] { return may_keep(at("2026-07-02"), at("2026-07-02") - 1); }},
      {Moment::kKeep, "one later", [] { return may_keep(at("2026-07-02"), at("2026-07-02")); }},
      {Moment::kUse, "for the question's own purpose",
       [] { return may_use(released_question(), Purpose::kBorderIdentification, at("2026-06-10")); }},
      {Moment::kUse, "for another purpose",
       [] { return may_use(released_question(), Purpose::kSeriousCrimeInvestigation, at("2026-06-10")); }},
      {Moment::kUse, "too late, and not yet erased",
       [] { return may_use(released_question(), Purpose::kBorderIdentification, at("2026-07-02")); }},
      {Moment::kUse, "while the partner's examiner looks",
       [] {
         Question waiting = released_question();
         waiting.state = QuestionState::kHit;
         return may_use(waiting, waiting.purpose, at("2026-06-10"));
       }},
  };
  return kExamples;
}

Decision list(const std::function<void(WatchlistEntry&, Listing&)>& change) {
  const std::int64_t now_ms = at("2026-06-03");
  WatchlistEntry entry = sound_listing();
  Listing listing{.now_ms = now_ms};
  change(entry, listing);
  return may_list(entry, listing);
}
Decision alert(const std::function<void(WatchlistEntry&)>& change, const char* day = "2026-06-10") {
  WatchlistEntry entry = sound_listing();
  entry.entered_ms = at("2026-06-03");
  entry.decided_by = "supervisor-2";
  change(entry);
  return may_alert(entry, true, at(day));
}
Decision list_of_partner(const char* ends) {
  const Question released = released_question();
  return list([&](WatchlistEntry& entry, Listing& listing) {
    entry.from_partner = {released.partner, released.exchange_id};
    entry.review_ms = at("2026-06-20");
    entry.expires_ms = at(ends);
    entry.assessments.clear();
    listing.released = &released;
  });
}

const std::vector<Example>& listings() {
  using W = WatchlistEntry&;
  using L = Listing&;
  static const std::vector<Example> kExamples = {
      {Moment::kWatch, "a fact, an assessment, an owner, an end", [] { return list([](W, L) {}); }},
      {Moment::kWatch, "owned by nobody", [] { return list([](W w, L) { w.owner.clear(); }); }},
      {Moment::kWatch, "the owner is an examiner", [] { return list([](W, L l) { l.owner_is_told = false; }); }},
      {Moment::kWatch, "no category", [] { return list([](W w, L) { w.category.reset(); }); }},
      {Moment::kWatch, "of unknown category, for nine months",
       [] { return list([](W w, L) { w.category = WatchCategory::kUnknown; }); }},
      {Moment::kWatch, "under no law", [] { return list([](W w, L) { w.legal_basis.clear(); }); }},
      {Moment::kWatch, "somebody's opinion alone", [] { return list([](W w, L) { w.facts.clear(); }); }},
      {Moment::kWatch, "seen, and nobody says by whom", [] { return list([](W w, L) { w.facts[0].source.clear(); }); }},
      {Moment::kWatch, "thought dangerous, and no grade of evidence",
       [] { return list([](W w, L) { w.assessments[0].grade.reset(); }); }},
      {Moment::kWatch, "an opinion that outlives the entry",
       [] { return list([](W w, L) { w.assessments[0].expires_ms = w.expires_ms + kDayMs; }); }},
      {Moment::kWatch, "a tattoo four points, dress four points",
       [] { return list([](W w, L) { w.assessments[0].statement = "8 points: validated member"; }); }},
      {Moment::kWatch, "it ended yesterday", [] { return list([](W w, L l) { w.expires_ms = l.now_ms; }); }},
      {Moment::kWatch, "for thirteen months", [] { return list([](W w, L) { w.expires_ms = at("2027-07-03"); }); }},
      {Moment::kWatch, "reviewed on its last day", [] { return list([](W w, L) { w.review_ms = w.expires_ms; }); }},
      {Moment::kWatch, "of a partner's data that nobody released",
       [] { return list([](W w, L) {
              w.from_partner = {"COL", "x-1"};
            }); }},
      {Moment::kWatch, "of data that may be kept until July, for August", [] { return list_of_partner("2026-08-01"); }},
      {Moment::kWatch, "by a supervisor who neither proposed it nor is told",
       [] {
         return may_decide_listing({"officer-1", "officer-1", "supervisor-2", "read the file: it is as said"});
       }},
      {Moment::kWatch, "by whom it would tell",
       [] {
         return may_decide_listing({"officer-1", "supervisor-2", "Supervisor.2", "read the file: it is as said"});
       }},
      {Moment::kWatch, "with a word",
       [] {
         return may_decide_listing({"officer-1", "officer-1", "supervisor-2", "fine"});
       }},
      {Moment::kWatch, "met while it is in force", [] { return alert([](W) {}); }},
      {Moment::kWatch, "met before a second person has decided",
       [] { return alert([](W w) { w.decided_by.clear(); }); }},
      {Moment::kWatch, "met on its last day, and not yet swept away",
       [] { return alert([](W w) { w.review_ms = at("2027-04-01"); }, "2027-03-01"); }},
      {Moment::kWatch, "met after the day of review", [] { return alert([](W) {}, "2026-12-01"); }},
  };
  return kExamples;
}

struct Shown {
  Example example;
  Decision decision;
};
const std::vector<Shown>& shown() {
  static const std::vector<Shown> kShown = [] {
    std::vector<Shown> out;
    for (const auto& part :
         {enrolments(), own_searches(), questions(), grounds(), searches(), releases(), listings()}) {
      for (const Example& each : part) out.push_back({each, each.decide()});
    }
    return out;
  }();
  return kShown;
}

// The first example at this moment that gives the reason, and best nothing else; empty: none.
std::string shown_by(const Rule& rule, Moment moment) {
  std::string out;
  for (const auto& [example, decision] : shown()) {
    const bool gives = std::any_of(decision.reasons.begin(), decision.reasons.end(),
                                   [&](const std::string& reason) { return find_rule(reason) == &rule; });
    if (example.moment != moment || !gives) continue;
    if (decision.reasons.size() == 1) return example.when;
    if (out.empty()) out = example.when;
  }
  return out;
}

bool is_given(const Rule& rule, Moment moment) {
  return std::find(rule.moments.begin(), rule.moments.end(), moment) != rule.moments.end();
}

TEST(Rules, every_reason_that_a_decision_gives_is_in_the_table) {
  for (const auto& [example, decision] : shown()) {
    ASSERT_FALSE(decision.reasons.empty()) << example.when;
    for (const std::string& reason : decision.reasons) {
      const Rule* rule = find_rule(reason);
      ASSERT_NE(rule, nullptr) << reason;
      EXPECT_TRUE(is_given(*rule, example.moment)) << reason << " at " << to_string(example.moment);
      EXPECT_EQ(rule->effect == Effect::kPermits, decision.permitted) << reason;
      EXPECT_NE(explain(reason), reason);
    }
  }
}

TEST(Rules, every_reason_in_the_table_is_given_at_each_of_its_moments) {
  for (const Rule& rule : rules()) {
    EXPECT_GT(rule.moments.size(), 0u) << rule.reason;
    for (const Moment moment : rule.moments) {
      EXPECT_NE(shown_by(rule, moment), "") << rule.reason << " at " << to_string(moment);
    }
  }
}

TEST(Rules, a_name_stands_once_and_is_a_name) {
  std::set<std::string_view> names;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(names.insert(rule.reason).second) << rule.reason;
    EXPECT_LE(rule.reason.size(), 64u);
    EXPECT_TRUE(
        std::all_of(rule.reason.begin(), rule.reason.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }))
        << rule.reason << ": the other node refuses a reason with other letters";
    for (const int law : rule.serves) EXPECT_TRUE(law >= 1 && law <= kRulesOfLaw) << rule.reason;
  }
  EXPECT_EQ(find_rule("clause_"), nullptr);
  EXPECT_EQ(find_rule("nothing_of_the_kind"), nullptr);
}

TEST(Rules, what_no_rule_decides_has_a_sentence_too) {
  for (int code = 1; code <= static_cast<int>(Code::kInternal); ++code) {
    const std::string reason = to_string(static_cast<Code>(code));
    EXPECT_NE(explain(reason), reason);
  }
  for (const Finding& each : findings())
    EXPECT_EQ(find_rule(each.reason), nullptr) << each.reason << ": which of both?";
}

// --- docs/rules.md -----------------------------------------------------------------------------------------------

std::string laws(const Rule& rule) {
  std::string out;
  for (const int law : rule.serves) out += (out.empty() ? "R" : " R") + std::to_string(law);
  return out;
}

std::string page() {
  std::string out =
      "# Rules\n\n"
      "Every decision about a case, by the moments of it, as `policy` makes them: the reason's name (in the log and on "
      "the wire), which\nof the rules R1 … R46 it serves, and a case that a test puts to it. Made from "
      "`src/policy/rules.cc` by `Rules.the_page_is_what_the_table_says`,\nwhich fails when this page says something "
      "else.\n";
  for (int m = 0; m < kMomentCount; ++m) {
    const auto moment = static_cast<Moment>(m);
    out += std::string("\n## ") + to_string(moment) +
           "\n\n| | reason | | for example | serves |\n| --- | --- | --- | --- | --- |\n";
    for (const Effect effect : {Effect::kPermits, Effect::kDenies}) {
      for (const Rule& rule : rules()) {
        if (rule.effect != effect || !is_given(rule, moment)) continue;
        const std::string name = std::string(rule.reason) + (rule.reason.ends_with('_') ? "…" : "");
        out += std::string("| ") + (effect == Effect::kPermits ? "yes" : "no") + " | `" + name + "` | " +
               std::string(rule.sentence) + " | " + shown_by(rule, moment) + " | " + laws(rule) + " |\n";
      }
    }
  }
  out +=
      "\n## What no rule decides\n\nA node finds the first four when it is to tell how a case ended, the next two when "
      "it cannot count what a\nquota counts; the others are codes, of a question whose samples came to nothing.\n\n| "
      "reason | |\n| --- | --- |\n";
  for (const Finding& each : findings())
    out += "| `" + std::string(each.reason) + "` | " + std::string(each.sentence) + " |\n";
  out += "\n## Who may do what at the own node\n\n| role | may |\n| --- | --- |\n";
  for (const Grant& grant : grants()) {
    std::string actions;
    for (const Action action : grant.actions)
      actions += (actions.empty() ? "`" : " · `") + std::string(to_string(action)) + "`";
    out += std::string("| ") + to_string(grant.role) + " | " + actions + " |\n";
  }
  std::string others;
  for (int law = 1; law <= kRulesOfLaw; ++law) {
    const bool here = std::any_of(rules().begin(), rules().end(), [&](const Rule& rule) {
      return std::find(rule.serves.begin(), rule.serves.end(), law) != rule.serves.end();
    });
    if (!here) others += (others.empty() ? "R" : " R") + std::to_string(law);
  }
  return out + "\nNo row here serves these: other modules keep them, or nobody yet.\n" + others + "\n";
}

TEST(Rules, the_page_is_what_the_table_says) {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "../../docs/rules.md";
  std::ifstream file(path, std::ios::binary);
  const std::string stored{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (stored == page()) return;
  const std::string right = testing::TempDir() + "rules.md";
  std::ofstream(right, std::ios::binary) << page();
  FAIL() << "docs/rules.md is out of date: cp " << right << " docs/rules.md";
}

}  // namespace
}  // namespace puente::policy
