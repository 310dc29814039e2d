// What a node bears: a node with a large gallery, and partners that ask it, in one process over real stores, logs and
// policies; only the line between them is a call. People enrol, partners ask and others search at once, and what each
// call took is kept.
//
// A laboratory: nothing in production includes it. One run at a time; it ends by itself.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace puente::load {

struct Options {
  std::size_t people = 20'000;   // in the answering node's gallery, bent from grown ones (lab/evaluate)
  int fingers_per_person = 2;    // 1 to 10
  int searchers = 8;             // 2 or more: that search the whole gallery at once
  double seconds = 5;            // of each of the eight measurements
  bool questions_alone = false;  // two of them: a partner's questions alone and beside searches
  int card_fingers = 10;         // 1 to 10: rolled prints on either side of the hit that is looked at
  int grown = 12;                // 2 or more: synthetic people with images, half of them asked about, half bent
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress = {};  // one thread at a time
};

// One kind of call in one phase. Each caller makes its next call as soon as it can, but "commit", which rests for some
// milliseconds in between.
struct Row {
  std::string phase;      // "alone"; "beside searches": all searchers identify; "searches and questions": half of them
  std::string what;       // "enrol", "identify", "question": what receive() takes; "commit": read_encounter;
                          // "view": view_case of a hit, a card on either side
  int callers = 1;        // at once
  std::size_t calls = 0;  // in all
  double per_second = 0;  // all callers together, what they do between their calls not counted
  double median_ms = 0, p95_ms = 0, p99_ms = 0, max_ms = 0;
  double processor_ms = 0;  // of one caller alone: what all threads worked for a call, the median; of several 0
};

// How long the callers of a phase, all together, waited for their turn at the asked node's store: what an enrolment, a
// question, a search or a view writes, it writes alone.
struct Wait {
  std::string phase;  // a row's, and what was beside the searches
  std::size_t waits = 0;
  double mean_ms = 0, p99_within_ms = 0;  // the bound that 99 % kept (core/wait_stats.h)
};

struct FirstStage {  // of a search of as large a gallery by itself, on all cores: medians
  double own_ms = 0, partner_ms = 0;
  double ratio() const { return own_ms > 0 ? partner_ms / own_ms : 0; }
};

struct Report {
  std::size_t people = 0, fingers = 0;  // before the first enrolment
  int searchers = 0;
  double seconds = 0;
  std::size_t question_bytes = 0;  // a question on the line: two prints, 368 x 480 pixels as WSQ
  FirstStage first_stage;
  std::vector<Row> rows;
  std::vector<Wait> waits;  // of the phases with searches
};

// In a directory of its own in the system's place for such, which is gone afterwards. Errors of any use case end it.
Result<Report> run(const Options& options);

std::string to_text(const Report& report);
Json to_json(const Report& report);

// What it costs to decide: the rules that one question meets on its way through both nodes, over a partner's agreement
// of format 3 among many others, with nothing compared, written or sent in between.
struct DecideOptions {
  int partners = 20;  // 1 to 200: each with an agreement of its own, all of them in force
  std::size_t questions = 10'000;
};

// One moment of a question, or "all of them".
struct Moment {
  std::string what;
  double median_us = 0, p99_us = 0, max_us = 0;  // of a question
};

struct Deciding {
  int agreements = 0;
  std::size_t questions = 0, denied = 0;  // every fourth lacks its court's order
  std::vector<Moment> moments;            // in the order of a question's life; the last is their sum
};

Result<Deciding> measure_deciding(const DecideOptions& options);

std::string to_text(const Deciding& deciding);
Json to_json(const Deciding& deciding);

}  // namespace puente::load
