// A node's answers about questions and cases, for people. Inside cli/.
#pragma once
#include "core/json.h"

namespace puente::cli {

void print_question(const Json& question);
void print_case(const Json& one);       // with what there is to do next
void print_card(const Json& card);      // what the second person should know
void print_case_line(const Json& one);  // in a list, below
void print_case_heading();
void print_receipt(const Json& receipt);  // of what was done, with the entry of the log that stands for it

}  // namespace puente::cli
