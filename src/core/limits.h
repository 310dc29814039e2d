// Every limit on foreign input and on our own queues, in one place.
#pragma once
#include <cstddef>
#include <cstdint>

namespace puente::limits {

// images
inline constexpr std::size_t kImageBytesMax = 16u << 20;     // an encoded image file
inline constexpr std::int64_t kImagePixelsMax = 24'000'000;  // decoded; a ten-print card at 1000 ppi is 8 M
inline constexpr int kImageSideMax = 12'000;
inline constexpr double kPpiMin = 100, kPpiMax = 2000;

// records
inline constexpr std::size_t kRecordBytesMax = 64u << 20;  // a transaction: ten rolled and four slaps at 1000 ppi, raw
inline constexpr std::size_t kTemplateBytesMax = 64u << 10;
inline constexpr std::size_t kMinutiaeMax = 200;  // a template keeps the best of them
inline constexpr std::size_t kSamplesPerEncounterMax = 20;
inline constexpr std::size_t kTemplatesPerEncounterMax = 40;  // a slap gives four
inline constexpr std::size_t kTextBytesMax = 512;             // one biographic element
inline constexpr std::size_t kIdBytesMax = 64;                // person, encounter, case, exchange ids
inline constexpr std::size_t kXmlElementsMax = 100'000, kXmlDepthMax = 64;

// JSON and HTTP
inline constexpr std::size_t kJsonDepthMax = 24;
inline constexpr std::size_t kRequestBytesMax = 32u << 20;  // an HTTP body: ten images in base64
inline constexpr std::size_t kHeaderBytesMax = 16u << 10;
inline constexpr int kRequestWaitMsMax = 30'000;  // a client that sends nothing is dropped
inline constexpr int kConnectionsMax = 256;

// exchange
inline constexpr std::int64_t kClockSkewMsMax = 120'000;  // a message older or newer than this is refused
inline constexpr std::int64_t kAskDeadlineMs = 10'000;    // the wait for a partner before the outbox takes over
inline constexpr std::int64_t kOutboxBackoffMsMin = 1'000, kOutboxBackoffMsMax = 300'000;
inline constexpr std::size_t kAgreementBytesMax = 64u << 10;  // its document
inline constexpr std::size_t kOutboxMax = 10'000;
inline constexpr std::size_t kTasksMax = 10'000;

// search
inline constexpr std::size_t kCandidatesMax = 100;

}  // namespace puente::limits

// What holds where an operator says nothing else; node.toml has a line for each.
namespace puente::defaults {

inline constexpr double kExpectedFalseMax = 1e-4;   // false candidates a search may be expected to give
inline constexpr double kFalseMatchRateMax = 1e-4;  // of a verification
inline constexpr std::int64_t kRetentionDays = 3650, kCaseDays = 7, kQuestionHours = 72;

}  // namespace puente::defaults
