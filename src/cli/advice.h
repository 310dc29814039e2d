// What an officer can do about a capture, before the person has gone on: the words of quality's reasons.
#pragma once
#include <string>
#include <vector>

#include "core/json.h"

namespace puente::cli {

// Null: nothing can be done about it, or the reason says it all.
const char* advice(const std::string& reason);
void print_advice(const std::vector<std::string>& reasons);  // a line each, on standard output

// "quality": [{"position","score","reasons"}] of a node's answer: a line for each of which there is something to say,
// and then what can be done, each once.
void print_quality(const Json& quality);

}  // namespace puente::cli
