// What stands inside a seal: a partner whose key was stolen, or whose node is broken, can put any bytes there. What is
// accepted must be a sound message, whatever its version, and comes back the same when it is written again.
#include <algorithm>

#include "core/check.h"
#include "exchange/wire.h"

namespace {

using namespace puente;

// A question goes through its JSON and attachments; of the others the header alone can be written by who received them.
void check_message(int version, const exchange::PartsView& parts) {
  const auto message = exchange::read_message(version, parts);
  if (!message.ok()) return;
  CHECK(exchange::check_header(message->header).ok());
  CHECK(message->header.version == version);
  CHECK(message->body.index() == static_cast<std::size_t>(message->header.kind));
  const Json header = exchange::header_to_json(message->header);
  const auto again = parse_json(canonical(header));
  CHECK(again.ok() && *again == header);
  const auto* question = std::get_if<exchange::QuestionBody>(&message->body);
  if (question == nullptr) return;
  for (const Sample& each : question->probe) CHECK(!each.image.empty() && place_of(each).has_value());
  const Json body = exchange::body_to_json(*question, version);
  const exchange::Parts rewritten{canonical(Json::object({{"header", header}, {"body", body}})),
                                  version == 1 ? Bytes() : exchange::attachments_of(*question)};
  CHECK(version == 1 || std::ranges::equal(rewritten.attachments, parts.attachments));
  CHECK(exchange::read_message(version, rewritten).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  check_message(1, {text(bytes), {}});  // a seed of version 1 is the JSON alone
  ByteReader reader(bytes);
  if (const auto parts = exchange::read_parts(2, reader); parts.ok()) {
    check_message(2, *parts);
    check_message(3, *parts);
  }
  return 0;
}
