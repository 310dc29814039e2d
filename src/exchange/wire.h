// What is signed inside a message: its JSON and, from version 2 on, the samples' bytes behind it. Own header so that
// the fuzzer and the tests reach the parsers that run after decryption.
#pragma once
#include "core/json.h"
#include "exchange/exchange.h"

namespace puente::exchange {

// version 1: line ‖ sealed( signature of (line ‖ JSON)  ‖ length ‖ JSON ‖ zeros )
// version 2: line ‖ sealed( signature of (line ‖ parts) ‖ parts ‖ zeros )
//            parts: length ‖ JSON ‖ length ‖ bytes of all samples, one after the other as the JSON lists them
// version 3: as 2; a question's JSON has its grounds
std::string version_line(int version);  // "puente-message/1\n"

struct Parts {
  std::string json;
  Bytes attachments{};
};
struct PartsView {  // the same where they lie
  std::string_view json;
  ByteView attachments;
  PartsView() = default;
  PartsView(std::string_view its_json, ByteView its_attachments) : json(its_json), attachments(its_attachments) {}
  PartsView(const Parts& parts) : json(parts.json), attachments(parts.attachments) {}
};
Bytes write_parts(int version, const Parts& parts);  // with their lengths
Bytes to_sign(int version, const Parts& parts);
Result<PartsView> read_parts(int version, ByteReader& reader);  // kInvalidInput: cut short; what follows is left unread

// True where every member is well formed; what is sent must be, what comes in is asked.
Status check_header(const Header& header);

Json header_to_json(const Header& header);
Json body_to_json(const QuestionBody& body, int version);
Json body_to_json(const AnswerBody& body);
Json body_to_json(const RefusalBody& body);
Json body_to_json(const ReleaseBody& body);
Json body_to_json(const policy::Disclosure& body);
Json body_to_json(const NotConfirmedBody& body);
Json body_to_json(const AcknowledgementBody& body);

Bytes attachments_of(const QuestionBody& body);  // of version 2

// Any bytes in; a message whose every member is known, bounded and well formed, or kInvalidInput, kTooLarge.
Result<Message> read_message(int version, const PartsView& parts);

}  // namespace puente::exchange
