// A node's answers about questions and cases, for people. Inside cli/.
#pragma once
#include <string>

#include "core/json.h"

namespace puente::cli {

void print_question(const Json& question);  // how it stands, and what was released
void print_questions(const Json& page);     // a line each
// What its state is to a script: yes while none has come, of a hit and of what was released.
int exit_code_of_question(const std::string& state);
void print_case(const Json& one);
void print_how_to_mark(const std::string& case_id);
void print_locked(const std::string& case_id);  // the examiner's marks
void print_card(const Json& card);              // what the second person should know
void print_against(const Json& reasons);        // why nothing of a case may leave; null: nothing is said
void print_held_back(const Json& one);
void print_decided(const Json& one);      // that, after either person's act, and what follows
void print_case_heading();                // of a list
void print_case_line(const Json& one);    // in it
void print_receipt(const Json& receipt);  // of what was done, with the entry of the log that stands for it

}  // namespace puente::cli
