// Every limit on foreign input and on our own queues, in one place.
#pragma once
#include <cstddef>
#include <cstdint>

namespace puente::limits {

// images
inline constexpr std::size_t kImageBytesMax = 16u << 20;     // an encoded image file
inline constexpr std::int64_t kImagePixelsMax = 24'000'000;  // a ten-print card at 1000 ppi is 8 M; 16-bit RGBA 192 MB
inline constexpr int kImageSideMax = 12'000;  // a card's eight inches at 1500 ppi; else a strip is a pixel high
inline constexpr double kPpiMin = 100, kPpiMax = 2000;

// records
inline constexpr std::size_t kRecordBytesMax = 64u << 20;  // a transaction: ten rolled and four slaps at 1000 ppi, raw
inline constexpr std::size_t kTemplateBytesMax = 64u << 10;
inline constexpr std::size_t kMinutiaeMax = 200;  // a template keeps the best of them
// Of an examiner's marks on one print: fewer than three do not say how it lies, so that nothing could contradict them;
// more than a minutiae record of ISO/IEC 19794-2 counts are nobody's.
inline constexpr std::size_t kProbeMarksMin = 3, kProbeMarksMax = 255;
inline constexpr std::size_t kSamplesPerEncounterMax = 20;
inline constexpr std::size_t kTemplatesPerEncounterMax = 40;  // a slap gives four
inline constexpr std::size_t kTextBytesMax = 512;             // one biographic element
inline constexpr std::size_t kIdBytesMax = 64;                // person, encounter, case, exchange ids
inline constexpr std::size_t kXmlElementsMax = 100'000, kXmlDepthMax = 64;

// JSON and HTTP
inline constexpr std::size_t kJsonDepthMax = 24;
// Values in one document, counted before any is made: a tree takes up to 100 bytes a value, so 32 MiB of "[]," would
// become a gigabyte. A case of ten pairs with 200 marks a side is 30,000.
inline constexpr std::size_t kJsonValuesMax = 200'000;
inline constexpr std::size_t kRequestBytesMax = 32u << 20;  // an HTTP body: ten images in base64
inline constexpr std::size_t kHeaderBytesMax = 16u << 10;
inline constexpr int kRequestWaitMsMax = 30'000;  // a client that sends nothing is dropped
inline constexpr int kConnectionsMax = 256;       // four callers' pools, kConnectionsPerCallerMax
// Answers kept for a day by the key that their caller gave: one that writes every nine seconds, day and night.
inline constexpr std::size_t kOncePerCallerMax = 10'000;

// Nobody in the way of others (net/). A caller is a partner by its certificate, a user by their token; whoever has
// shown neither is a stranger.
inline constexpr int kStrangerWaitMsMax = 5'000;     // for a handshake, or a token: no honest line takes longer
inline constexpr int kStrangersMax = 128;            // their connections, beside those of kConnectionsMax
inline constexpr int kStrangersPerAddressMax = 64;   // one more, and the oldest of the address goes
inline constexpr int kConnectionsPerCallerMax = 64;  // an application's pool; four of them fit
inline constexpr std::size_t kBodiesPerCallerBytesMax = 2 * kRequestBytesMax;  // under way: one, and the next
inline constexpr std::size_t kWaitingPerCallerMax = 64;  // requests that wait for their turn, one a connection
inline constexpr int kTurnWaitMsMax = 30'000;            // a client has given up by then: kRequestWaitMsMax
inline constexpr int kPartnerWorkers = 4;                // each partner has one question at a time: three others go on
inline constexpr int kWrongTokenWaitMsMax = 2'000;       // the answer to an address that has sent many comes so late

// exchange
inline constexpr std::size_t kMessageValuesMax = 400;     // JSON values in a message: one of twenty samples has 160
inline constexpr std::int64_t kClockSkewMsMax = 120'000;  // a message older or newer than this is refused
inline constexpr std::int64_t kAskDeadlineMs = 10'000;    // the wait for a partner before the outbox takes over
inline constexpr std::int64_t kOutboxBackoffMsMin = 1'000, kOutboxBackoffMsMax = 300'000;
inline constexpr std::size_t kAgreementBytesMax = 64u << 10;  // its document
inline constexpr std::int64_t kHitDaysMax = 60;  // a hit waits for the partner's verdict: 7 days to decide, 30 to tell
inline constexpr std::size_t kOutboxPerPeerMax = 2'000;    // questions and callbacks; verdicts are as many as cases
inline constexpr std::size_t kDeliveriesATurnMax = 1'000;  // to one peer; what is left waits for its next turn
inline constexpr std::int64_t kVerdictDeliveryDays = 30;   // so long a partner may be out of reach: kHitDaysMax
inline constexpr std::int64_t kAnswerKeptDays = 30;  // to a question that comes again; it is put for days, not weeks
inline constexpr std::size_t kTasksMax = 10'000;     // searches for later: an hour's, among a million people

// The clock, held against the log (service/watch.h). A dead battery and a slip of the pen are months off; who was
// switched off for longer asks a supervisor. Back by an hour is summer time set by hand.
inline constexpr std::int64_t kClockAheadMsMax = 2 * 24 * 3'600'000, kClockBackMsMax = 3'600'000;
// Encounters past their date at once, of which nobody is asked: one in so many, or so many where there are few. A day's
// are one in 3,650 with a retention of ten years; many more are another clock, or another retention, than was meant.
inline constexpr std::size_t kErasuresUnaskedPart = 100, kErasuresUnaskedMin = 20;

// a partner's question: what one person's fingers can be
inline constexpr std::size_t kProbePrintsMax = 10;               // each position once
inline constexpr std::int64_t kProbeImagePixelsMax = 8'000'000;  // a finger at 2000 ppi: 32 MB while it is decoded
inline constexpr std::int64_t kProbePixelsMax = 24'000'000;      // of all together; ten at 1000 ppi are 15 M
inline constexpr std::int64_t kQuestionWorkMsMax = 8'000;        // of processor time: its asker waits for 10 s
inline constexpr int kPrintSideMax = 2'500;  // of minutiae, in pixels at 500 ppi: 12.7 cm, longer than any finger

// A partner's budget (service/budget.h): what may come at once, and what comes again all the time. An honest node that
// asks one question after another, a day and a night long, stays below.
inline constexpr int kPartnerMessagesMax = 2'000, kPartnerMessagesPerMinute = 6'000;
inline constexpr int kPartnerRefusedMax = 100, kPartnerRefusedPerMinute = 60;  // an honest node's clock may be wrong
inline constexpr std::int64_t kPartnerBytesMax = 512 << 20, kPartnerBytesPerMinute = 512 << 20;
// Pixels and minutiae: as many as a hundred questions may have, then one full question a second.
inline constexpr std::int64_t kPartnerPixelsMax = 100 * kProbePixelsMax, kPartnerPixelsPerMinute = 60 * kProbePixelsMax;
inline constexpr std::int64_t kPartnerMinutiaeMax = 100 * 2'000, kPartnerMinutiaePerMinute = 60 * 2'000;
// Entries of the log, or writes without one, for what is refused or was answered before.
inline constexpr int kPartnerEntriesMax = 60, kPartnerEntriesPerMinute = 6;
// Percent of all processors, over some 10 s: beyond it a partner is worked for when nobody else wants them. Two
// questions a second of two prints each. A probe of so many pixels a millisecond is expected; ten rolled prints go
// beyond at once.
inline constexpr int kPartnerWorkShare = 5;
inline constexpr std::int64_t kPartnerPixelsPerMs = 4'000;
// Messages in a row that nothing came of: more than so many, and the next ones wait, at least so many times what was
// worked for the last one. Its asker waits for 10 s.
inline constexpr int kPartnerVainMax = 3, kPartnerPauseForWork = 10;
inline constexpr std::int64_t kPartnerPauseMsMin = 50, kPartnerPauseMsMax = 4'000;

// watchlists (core/watchlist.h)
// As alerts for discreet and inquiry checks in the Schengen Information System, Regulation (EU) 2018/1862, article
// 53(4): whoever is to be met again after a year is proposed anew, with what is known by then.
inline constexpr std::int64_t kWatchlistDaysMax = 365;
// Whoever has no category has no link to a crime that anybody could name: the six months that the EDPS gave Europol on
// 3 January 2022.
inline constexpr std::int64_t kWatchlistUnknownDaysMax = 180;
inline constexpr std::int64_t kWatchlistUndecidedDays = 14;  // a proposal that no second person has looked at
inline constexpr std::int64_t kWatchlistAlertDays = 30;      // an alert; the entry may end before or after it
inline constexpr std::size_t kWatchlistStatementsMax = 20;   // facts of an entry, and assessments
inline constexpr std::size_t kWatchlistEntriesMax = 10'000;
inline constexpr std::size_t kPracticePairsMax = 10'000;  // that wait to be seeded

// lists
inline constexpr std::size_t kNamesShownMax = 20;              // encounters, of a search by names
inline constexpr std::size_t kPageMax = 1'000;                 // of one answer; the next page goes on
inline constexpr std::size_t kQuestionsLookedAtMax = 100'000;  // the newest of everybody's, for one page of one's own
inline constexpr std::size_t kLogLookedAtMax = 100'000;        // entries, for one page of those that fit

// search
inline constexpr std::size_t kCandidatesMax = 100;  // of one search: nobody looks through more

}  // namespace puente::limits

// What holds where an operator says nothing else; node.toml has a line for each.
namespace puente::defaults {

inline constexpr double kExpectedFalseMax = 1e-4;   // false candidates a search may be expected to give
inline constexpr double kFalseMatchRateMax = 1e-4;  // of a verification
inline constexpr std::int64_t kRetentionDays = 3650, kCaseDays = 7, kQuestionHours = 72, kUncosignedHours = 168;
inline constexpr std::int64_t kRecordDays = 1095;   // a case or a question, after its end: three years
inline constexpr std::int64_t kDetailsDays = 1825;  // what stands sealed beside the log: five years

}  // namespace puente::defaults

// Between what node.toml may set them: beyond it nobody can have meant it.
namespace puente::bounds {

inline constexpr double kRateMin = 1e-12;                   // rarer than any comparison of prints can say
inline constexpr double kExpectedFalseMax = 0.1;            // a stranger in every tenth search
inline constexpr double kFalseMatchRateMax = 0.01;          // every hundredth stranger passes as somebody
inline constexpr std::int64_t kRetentionDaysMax = 36'525;   // a hundred years
inline constexpr std::int64_t kCaseDaysMax = 365;           // the fingerprints of an undecided case are kept so long
inline constexpr std::int64_t kQuestionHoursMax = 24 * 90;  // and those of a question that nobody takes
inline constexpr std::int64_t kUncosignedHoursMax =
    24 * 90;  // an overseer may be out of reach; 0: partners are answered all the same
inline constexpr std::int64_t kRecordDaysMin = 90;  // a partner's last word may come so late
inline constexpr std::int64_t kDaysLeftMin = 60;    // of a certificate or an agreement, before it is said

}  // namespace puente::bounds
