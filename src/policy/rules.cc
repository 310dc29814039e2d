#include "policy/rules.h"

#include <algorithm>

#include "policy/roles.h"

namespace puente::policy {
namespace {

constexpr std::string_view kClause = "clause_";

using enum Effect;
using enum Moment;

constexpr Rule kRules[] = {
    // enrol
    {"not_known_before", kPermits, {kEnrol}, {}, "nobody else is known by these prints"},
    {"known_and_insisted", kPermits, {kEnrol}, {}, "the person is known under another id, and the officer insists"},
    {"already_known", kDenies, {kEnrol}, {}, "the person is known under another id already"},
    {"age_in_doubt", kDenies, {kEnrol}, {10}, "the date of birth or of the capture is no day that can be read"},
    {"not_yet_born", kDenies, {kEnrol}, {10}, "the date of birth lies after the capture"},
    {"under_six", kDenies, {kEnrol}, {10}, "children under six years of age are not enrolled"},
    {"guardian_missing",
     kDenies,
     {kEnrol},
     {10},
     "a child of six to seventeen has a guardian beside it: an adult of the family, or somebody set to protect it"},
    {"guardian_is_capturer", kDenies, {kEnrol}, {10}, "the guardian is not the one who takes the prints"},
    {"capture_again",
     kDenies,
     {kEnrol},
     {25},
     "capture again: by none of these prints would the person be found; if the hand gives no better ones, say so"},
    {"contradicts_person",
     kDenies,
     {kEnrol},
     {},
     "these are not the fingers that this id has: a supervisor may overrule that"},
    {"nothing_in_common",
     kDenies,
     {kEnrol},
     {},
     "no finger of this id can be compared with these: give one that it has, or a supervisor overrules"},
    {"contradicts_itself",
     kDenies,
     {kEnrol},
     {},
     "two different fingers stand under one position, or one finger under two: a supervisor may overrule that"},
    {"nothing_to_overrule",
     kDenies,
     {kEnrol},
     {},
     "these fingers contradict neither what this id has nor one another: there is nothing to overrule"},
    {"identity_overruled", kPermits, {kEnrol}, {}, "a supervisor says, with reasons, whose fingers these are"},

    // protect
    {"hidden_from_countries", kPermits, {kProtect}, {2}, "hidden from the countries that are named"},
    {"hidden_from_everybody", kPermits, {kProtect}, {2, 34}, "the class hides from every country, whichever are named"},
    {"protection_class_missing", kDenies, {kProtect}, {2}, "say why the person is hidden: its class"},
    {"hidden_from_nobody", kDenies, {kProtect}, {2}, "name a country at least from which the person is hidden"},
    // search
    {"search_has_a_file", kPermits, {kSearch}, {1}, "the search names the file that it belongs to"},
    {"search_is_urgent", kPermits, {kSearch}, {28}, "the search cannot wait for a file, and is looked at afterwards"},
    {"urgent_reasons_too_short",
     kDenies,
     {kSearch},
     {28},
     "say why the search cannot wait for a file: two words or more, ten characters"},
    {"urgent_unreviewed",
     kDenies,
     {kSearch},
     {28},
     "urgent searches of yours wait for a supervisor's review, three, or one for longer than a day: name a file"},

    // ask, and again at the answering side; some again at the release
    {"clause_", kPermits, {kAsk, kRelease}, {1}, "the agreement's clause on this purpose permits it"},
    {"own_country", kDenies, {kAsk}, {}, "a country does not ask itself: name the partner"},
    {"no_agreement", kDenies, {kAsk}, {33}, "there is no agreement with that country"},
    {"agreement_not_yet_valid", kDenies, {kAsk, kRelease}, {32}, "the agreement is not yet in force"},
    {"agreement_expired", kDenies, {kAsk, kRelease}, {32}, "the agreement has expired"},
    {"agreement_suspended", kDenies, {kAsk, kRelease}, {32}, "the agreement is suspended"},
    {"agreement_terminated", kDenies, {kAsk, kRelease}, {32}, "the agreement was terminated"},
    {"agreement_replaced", kDenies, {kAsk}, {32}, "a newer agreement has taken the place of this one"},
    {"asker_not_a_party", kDenies, {kAsk, kRelease}, {33}, "the asking country is not a party of the agreement"},
    {"answerer_not_a_party", kDenies, {kAsk}, {33}, "the answering country is not a party of the agreement"},
    {"purpose_not_in_agreement", kDenies, {kAsk, kRelease}, {1}, "the agreement does not have this purpose"},
    {"country_may_not_ask",
     kDenies,
     {kAsk, kRelease},
     {1},
     "the agreement does not let this country ask for this purpose"},
    {"modality_missing", kDenies, {kAsk}, {}, "the question carries nothing to compare"},
    {"modality_not_in_agreement",
     kDenies,
     {kAsk},
     {1},
     "the agreement does not have this kind of biometrics for this purpose"},
    {"modality_not_compared_here", kDenies, {kAsk}, {46}, "this version does not compare this kind of biometrics"},
    {"case_reference_missing",
     kDenies,
     {kSearch, kAsk},
     {1},
     "a question, or a search here, needs the number of the file that it belongs to"},
    {"case_reference_malformed",
     kDenies,
     {kSearch, kAsk},
     {1},
     "a file number has 3 to 64 printable ASCII characters, a digit among them"},
    {"deadline_implausible",
     kDenies,
     {kAsk},
     {},
     "the question's deadline is past, or further off than any question waits"},
    {"quota_used_up",
     kDenies,
     {kAsk},
     {23},
     "the questions of the day for this purpose are used up; counted by the hour"},
    {"legal_basis_missing", kDenies, {kAsk}, {1}, "the question does not say under which law or order it is put"},
    {"subject_category_missing", kDenies, {kAsk}, {1}, "the question does not say what the person is to the file"},
    {"subject_category_not_in_agreement",
     kDenies,
     {kAsk},
     {1},
     "the agreement does not let anybody ask about people of this category for this purpose"},
    {"aim_missing", kDenies, {kAsk}, {1}, "the question does not say whether it is to identify or to learn more"},
    {"aim_not_in_agreement", kDenies, {kAsk}, {1}, "the agreement does not have this aim for this purpose"},
    {"urgency_missing", kDenies, {kAsk}, {1}, "the question does not say how urgent it is"},
    {"age_missing", kDenies, {kAsk}, {10}, "the question does not say how old the person is"},
    {"age_not_in_agreement",
     kDenies,
     {kAsk, kFind},
     {10},
     "the agreement does not let anybody ask about people of this age for this purpose"},
    {"order_missing", kDenies, {kAsk, kRelease}, {38}, "the agreement asks for a court's order for this purpose"},
    {"order_malformed",
     kDenies,
     {kAsk, kRelease},
     {38},
     "an order has a court, a number, a date and the day it expires, such as 2026-03-01, two years later at most"},
    {"order_not_yet_valid", kDenies, {kAsk, kRelease}, {38}, "the court's order is not yet valid"},
    {"order_expired", kDenies, {kAsk, kRelease}, {38}, "the court's order has expired"},

    {"own_rules_permit", kPermits, {kAsk}, {2}, "nothing in this country's own rules speaks against asking"},
    {"own_rules", kDenies, {kAsk}, {2}, "this country's own rules speak against asking now: ask a supervisor"},

    // find
    {"open_to_search", kPermits, {kFind}, {}, "nothing hides the person from this search"},
    {"withheld_from_asker", kDenies, {kFind}, {2, 3}, "the person is withheld from the asking country"},
    {"asker_is_no_country", kDenies, {kFind}, {2}, "who asks is no country"},
    {"not_active", kDenies, {kFind}, {}, "the record is kept, and found by nobody"},
    {"disputed", kDenies, {kFind}, {16}, "the record is disputed: partners do not find it until that is over"},
    {"own_national",
     kDenies,
     {kFind},
     {4},
     "the person is a national of the asked country, whom the clause does not let be found"},
    {"person_quota_left", kPermits, {kFind}, {23}, "the partner may still ask about this person today"},
    {"same_file_again", kPermits, {kFind}, {23}, "asked before under the same file: one question"},
    {"person_quota_used_up",
     kDenies,
     {kFind},
     {23},
     "the questions of the day about this person are used up: a supervisor is told"},
    {"under_fourteen", kDenies, {kFind}, {10}, "a child under fourteen is not found for the investigation of crime"},
    {"in_no_such_gallery", kDenies, {kFind}, {}, "the person is in none of the galleries searched"},

    // review
    {"examiner_certified", kPermits, {kReview}, {7, 8}, "the examiner's certificate of competence is good today"},
    {"certificate_missing",
     kDenies,
     {kReview},
     {7, 8},
     "nobody has certified that you can compare fingers: ask whoever runs the node for a certificate"},
    {"certificate_expired",
     kDenies,
     {kReview},
     {7, 8},
     "your certificate of competence is over: ask whoever runs the node for another"},
    {"certificate_suspended",
     kDenies,
     {kReview},
     {7, 8},
     "you confirmed a pair as one person that is known to be of two: a supervisor renews your certificate"},
    {"verdict_with_reasons", kPermits, {kReview}, {7, 9}, "an examiner says why"},
    {"examiner_missing", kDenies, {kReview, kRelease}, {7, 20}, "the case does not say who decided it"},
    {"verdict_reasons_too_short",
     kDenies,
     {kReview, kRelease},
     {7},
     "the examiner's reasons are missing or too short: two words or more, ten characters"},
    {"probe_marked_alone",
     kPermits,
     {kReview},
     {7},
     "an examiner has marked the question's prints, each seen alone, before any of the candidate's was shown"},
    {"probe_not_locked",
     kDenies,
     {kReview},
     {7},
     "the candidate's prints are shown after you have marked the question's: look at each alone, mark what you see "
     "(puente case mark), then look at the pairs"},
    {"probe_not_seen", kDenies, {kReview}, {7}, "look at each print of the question alone before you mark it"},
    {"probe_locked_before",
     kDenies,
     {kReview},
     {7},
     "your marks on this case are locked: what was seen since cannot be added to them"},
    {"probe_of_no_value",
     kDenies,
     {kReview},
     {7},
     "you found no print of the question to be of value: of such a case it can be said that it is inconclusive, or "
     "somebody else"},
    {"prints_not_all_marked",
     kDenies,
     {kReview},
     {7},
     "say of each print of the question what you see: its marks, or none where it is of no value"},
    {"marks_too_few", kDenies, {kReview}, {7}, "mark at least three minutiae of a print, or none: it is of no value"},
    {"marks_too_many", kDenies, {kReview}, {}, "a print has at most 255 marks"},
    {"marks_outside", kDenies, {kReview}, {}, "a mark lies beside its print: pixels at 500 ppi, from the top left"},
    {"marks_on_one_spot", kDenies, {kReview}, {7}, "two marks lie on one spot: no two minutiae do"},
    {"marks_without_picture",
     kDenies,
     {kReview},
     {},
     "this print was sent as minutiae, without a picture: there is nothing to mark, leave its marks empty"},
    {"pairs_not_seen", kDenies, {kReview}, {7}, "the examiner has not looked at every pair of fingers of the case"},
    {"doubts_not_seen",
     kDenies,
     {kReview, kRelease},
     {7},
     "whoever decides has not been shown what else speaks against this case: look at the case, not at its pictures "
     "alone"},
    {"several_people",
     kDenies,
     {kReview},
     {7},
     "these fingers are of more than one person, and cannot be confirmed as one's: reject, or say that you cannot "
     "tell"},
    {"verdict_given_before",
     kDenies,
     {kReview},
     {8},
     "you have given your verdict on this case: nobody gives two, and what it comes to depends on others"},
    {"verdict_reasons_too_long", kDenies, {kReview}, {}, "the examiner's reasons are over 512 bytes"},

    // release
    {"case_not_confirmed", kDenies, {kRelease}, {7, 9}, "no examiner has confirmed this case"},
    {"second_examiner_missing",
     kDenies,
     {kRelease},
     {8},
     "this purpose needs two examiners who confirm the match, each alone"},
    {"verdict_time_implausible",
     kDenies,
     {kRelease},
     {20},
     "the verdict's time does not lie in the time the case was open"},
    {"second_person_decides", kPermits, {kRelease}, {39}, "a second person decides what becomes of a confirmed case"},
    {"release_not_decided", kDenies, {kRelease}, {7, 39}, "no second person has decided about the release yet"},
    {"releaser_missing", kDenies, {kRelease}, {20, 39}, "the case does not say who decided about its release"},
    {"one_person_twice",
     kDenies,
     {kRelease},
     {7, 39},
     "whoever gave a verdict does not decide about the release too: another person must"},
    {"releaser_at_the_keys",
     kDenies,
     {kRelease},
     {28, 39},
     "whoever may read the node's keys may be any user: decide with a token of your own"},
    {"card_not_seen",
     kDenies,
     {kRelease},
     {39},
     "whoever releases has not opened the release card, or what it says is another by now: look at what would leave, "
     "and at what to weigh, first"},
    {"release_facts_too_short",
     kDenies,
     {kRelease},
     {39},
     "the facts that the decision stands on are missing or too short: two words or more, ten characters"},
    {"release_facts_too_long", kDenies, {kRelease}, {}, "the facts are over 512 bytes"},
    {"offence_missing",
     kDenies,
     {kRelease},
     {39},
     "nothing is released for this purpose without the offence looked into"},
    {"offence_too_long", kDenies, {kRelease}, {}, "the offence is over 512 bytes"},
    {"release_time_implausible", kDenies, {kRelease}, {20}, "the decision's time does not follow the verdict's"},
    {"agreement_mismatch", kDenies, {kRelease}, {13}, "the case was opened under another agreement"},

    // keep, use
    {"retention_over",
     kDenies,
     {kRelease, kKeep, kUse},
     {11},
     "the data could not be kept any more: the time that the agreement allows is over"},
    {"within_retention", kPermits, {kKeep}, {11}, "the time that the agreement allows is not over"},
    {"purpose_bound", kPermits, {kUse}, {13}, "it is used for what it was released for"},
    {"purpose_other_than_released", kDenies, {kUse}, {13}, "it was released for another purpose"},
    {"nothing_released", kDenies, {kUse}, {5}, "the partner has released nothing for this question"},

    // watch
    {"listed_with_facts_and_end",
     kPermits,
     {kWatch},
     {26, 40},
     "the entry has an owner, a category, facts and an end: a second person may decide about it"},
    {"second_person_decides_listing", kPermits, {kWatch}, {26, 28}, "a second person decides about an entry"},
    {"entry_in_force", kPermits, {kWatch}, {26}, "the entry is in force: its owner is told"},
    {"owner_missing", kDenies, {kWatch}, {26}, "nobody owns the entry: a user must be told, and answer for it"},
    {"owner_not_told",
     kDenies,
     {kWatch},
     {26},
     "the owner is no user here who may be told: an officer or a supervisor"},
    {"category_missing", kDenies, {kWatch}, {26, 40}, "the entry does not say what the person is to the file"},
    {"category_unknown_too_long",
     kDenies,
     {kWatch},
     {26, 40},
     "whoever's category is unknown is on a watchlist for 180 days at most"},
    {"entry_grounds_missing",
     kDenies,
     {kWatch},
     {1, 26},
     "the entry does not say to which file it belongs, or under which law or order it is made"},
    {"facts_missing", kDenies, {kWatch}, {26, 40}, "an entry stands on one fact at least; assessments alone are none"},
    {"fact_without_source",
     kDenies,
     {kWatch},
     {26, 40},
     "a fact lacks what is known in two words or more, its source, its document, or a day that is past"},
    {"assessment_without_grade",
     kDenies,
     {kWatch},
     {26, 40},
     "an assessment lacks what is thought in two words or more, by whom, the grade of its evidence, or the day it "
     "ends"},
    {"assessment_outlives_entry", kDenies, {kWatch}, {26}, "an assessment ends later than its entry"},
    {"evidence_of_points",
     kDenies,
     {kWatch},
     {26, 40},
     "points or scores are no evidence: say what is known, from where, and who thinks what of it"},
    {"expiry_missing", kDenies, {kWatch}, {11, 26}, "the entry has no day in the future on which it ends"},
    {"expiry_too_far", kDenies, {kWatch}, {11, 26}, "an entry ends within 365 days"},
    {"review_missing",
     kDenies,
     {kWatch},
     {26},
     "the entry has no day, before its last, on which it is looked at again"},
    {"source_not_released",
     kDenies,
     {kWatch},
     {13, 26},
     "the partner has released nothing for the question that is named, or its time is over"},
    {"outlives_release",
     kDenies,
     {kWatch},
     {11, 13},
     "the entry ends later than what the partner released may be kept"},
    {"second_person",
     kDenies,
     {kWatch},
     {26, 28},
     "whoever proposed an entry, or is told by it, does not decide about it: another person must"},
    {"listing_reasons_missing",
     kDenies,
     {kWatch},
     {26},
     "the reasons for the decision are missing or too short, or over 512 bytes"},
    {"entry_not_decided", kDenies, {kWatch}, {26, 28}, "no second person has decided about the entry yet"},
    {"entry_expired", kDenies, {kWatch}, {11, 26}, "the entry's time is over"},
    {"review_overdue", kDenies, {kWatch}, {26}, "nobody has looked at the entry again on its day"},
};

constexpr Finding kFindings[] = {
    {"hidden_or_erased", "the person is hidden from the partner by now, or erased"},
    {"record_not_readable", "what is known of the person cannot be read: the node's operator must look"},
    {"agreement_of_the_case_is_gone", "the agreement that the case was opened under is not here any more"},
    {"refused_at_the_verdict", "an older version of the program found that nothing may leave"},
    {"quota_not_readable", "how many questions were asked today cannot be read: the node's operator must look"},
    {"person_quota_not_readable",
     "how often the partner has asked about this person today cannot be read: the node's operator must look"},

    {"invalid_input", "the question's samples are not what they must be"},
    {"too_large", "the question's samples are too large"},
    {"unsupported", "the question's samples are of a kind that is not read there"},
    {"no_features", "no finger of the question could be used"},
    {"not_found", "something that the question needs was not found there"},
    {"already_exists", "there is such a one there already"},
    {"denied", "it is not permitted there"},
    {"unauthenticated", "who asks is not known there"},
    {"quota_exceeded", "too much was asked in too short a time"},
    {"replayed", "it was asked before, or too long ago"},
    {"unavailable", "the partner's node could not do it then"},
    {"deadline_exceeded", "to look for it takes longer than the partner's node allows"},
    {"storage_full", "the partner's node has no room left"},
    {"corrupt", "a sample of the question, or what it was compared with, is damaged"},
    {"conflict", "the partner's node is in no state to do it"},
    {"internal", "the partner's node failed at it: its operator must look"},
};

}  // namespace

const char* to_string(Moment moment) {
  switch (moment) {
    case kEnrol:
      return "enrol";
    case kProtect:
      return "protect";
    case kSearch:
      return "search";
    case kAsk:
      return "ask";
    case kFind:
      return "find";
    case kReview:
      return "review";
    case kRelease:
      return "release";
    case kKeep:
      return "keep";
    case kUse:
      return "use";
    case kWatch:
      return "watch";
  }
  return "unknown";
}

std::span<const Rule> rules() {
  return kRules;
}

const Rule* find_rule(std::string_view reason) {
  const auto found = std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& each) {
    return each.reason == kClause ? reason.starts_with(kClause) && reason != kClause : each.reason == reason;
  });
  return found == std::end(kRules) ? nullptr : &*found;
}

std::span<const Finding> findings() {
  return kFindings;
}

std::string explain(std::string_view reason) {
  const Rule* rule = find_rule(reason);
  if (rule == nullptr) {
    for (const Finding& each : kFindings)
      if (each.reason == reason) return std::string(each.sentence);
    return explain_role(reason).value_or(std::string(reason));
  }
  if (rule->reason != kClause) return std::string(rule->sentence);
  return "the agreement's clause on " + std::string(reason.substr(kClause.size())) + " permits it";
}

}  // namespace puente::policy
