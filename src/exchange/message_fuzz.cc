// What stands inside a seal: a partner whose key was stolen, or whose node is broken, can put any bytes there.
// What is accepted must be a sound message.
#include "core/check.h"
#include "exchange/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const auto message = exchange::read_message(text(ByteView(data, size)));
  if (!message.ok()) return 0;
  CHECK(exchange::check_header(message->header).ok());
  CHECK(message->body.index() == static_cast<std::size_t>(message->header.kind));
  const auto again = parse_json(canonical(exchange::header_to_json(message->header)));
  CHECK(again.ok() && *again == exchange::header_to_json(message->header));
  return 0;
}
