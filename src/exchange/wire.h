// The signed JSON inside a message: what exchange.cc seals and opens. Own header so that the fuzzer and the tests reach
// the parser that runs after decryption.
#pragma once
#include "core/json.h"
#include "exchange/exchange.h"

namespace puente::exchange {

// version line ‖ sealed( signature ‖ length ‖ canonical JSON ‖ zeros )
inline constexpr std::string_view kVersion = "puente-message/1";
inline constexpr std::string_view kVersionLine = "puente-message/1\n";  // also what goes before the signed bytes

// True where every member is well formed; what is sent must be, what comes in is asked.
Status check_header(const Header& header);

Json header_to_json(const Header& header);
Json body_to_json(const QuestionBody& body);
Json body_to_json(const AnswerBody& body);
Json body_to_json(const RefusalBody& body);
Json body_to_json(const policy::Disclosure& body);
Json body_to_json(const NotConfirmedBody& body);
Json body_to_json(const AcknowledgementBody& body);

// Any bytes in; a message whose every member is known, bounded and well formed, or kInvalidInput, kTooLarge.
Result<Message> read_message(std::string_view json);

}  // namespace puente::exchange
