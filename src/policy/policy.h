// Policy: may this be asked, found, released, done? and why. Pure: all that it judges by is passed in, time included,
// so the same question put to it again gives the same decision (R1). Denies by default. Every decision says why, a
// permit too, and each reason is a row of one table, docs/rules.md. Safe from any thread; values belong to the caller.
//
// A case has ten moments, each a file with one decision and what that judges by:
//
//   enrol.h     may_enrol      a person is taken in
//   protect.h   may_protect    … and hidden from countries
//   search.h    may_search     somebody here looks whose fingers these are
//   ask.h       may_ask        a question leaves, and is looked at by the other side
//   find.h      may_find       somebody enrolled is compared with it
//   review.h    may_examine, may_decide     an examiner gives a verdict
//   release.h   may_release    data go to who asked; only redact() makes a Disclosure
//   keep.h      may_keep       what was released lies at who asked
//   use.h       may_use        … and is looked at there
//   watch.h     may_list, …    somebody is put on a watchlist, and its owner told
//
//   roles.h        may_do: who may do what at the own node
//   agreements.h   the agreements that a node accepted, suspended, terminated; which of them a question goes by
//   document.h     the agreement's document: drafted, signed, read
//   words.h        … and for people
//   compare.h      … and held against another
//   replay.h       a log's decisions made again, and put to a draft
//   decision.h     what a decision is
//   rules.h        the table of reasons
#pragma once
#include "policy/agreements.h"
#include "policy/ask.h"
#include "policy/compare.h"
#include "policy/decision.h"
#include "policy/document.h"
#include "policy/enrol.h"
#include "policy/find.h"
#include "policy/keep.h"
#include "policy/protect.h"
#include "policy/release.h"
#include "policy/replay.h"
#include "policy/review.h"
#include "policy/roles.h"
#include "policy/rules.h"
#include "policy/search.h"
#include "policy/use.h"
#include "policy/watch.h"
#include "policy/words.h"
