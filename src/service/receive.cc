// What a partner sent: opened, refused or carried to its use case.
#include "service/inside.h"

namespace puente::service {
namespace {

Result<Bytes> receive_opened(Node::Inside& in, const exchange::Message& message) {
  if (const auto* question = std::get_if<exchange::QuestionBody>(&message.body)) {
    return answer_question(in, message.header, *question);
  }
  if (std::holds_alternative<exchange::ReleaseBody>(message.body) ||
      std::holds_alternative<exchange::NotConfirmedBody>(message.body)) {
    return accept_verdict(in, message);
  }
  return Error{Code::kReplayed, "a message of this kind only ever comes as a reply"};
}

}  // namespace

Result<Bytes> Node::receive(const std::string& peer, ByteView sealed) {
  Inside& in = *inside_;
  const auto agreements = in.treaties.all();
  auto message = exchange::open(sealed, *agreements, in.config.country, in.config.sealing_key, in.now_ms());
  Result<Bytes> reply = Error{Code::kUnauthenticated, "the message's sender is not the holder of this connection"};
  if (!message.ok()) {
    reply = message.error();
  } else if (message->header.from == peer) {
    reply = receive_opened(in, *message);
  }
  if (!reply.ok()) {
    Entry refused = in.journal.entry(Event::kMessageRefused, peer);
    refused.reasons = {to_string(reply.error().code)};
    const auto transaction = in.store->begin();
    TRY(in.journal.commit(*transaction, std::move(refused)));
  }
  return reply;
}

}  // namespace puente::service
