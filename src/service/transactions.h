// Messages of the exchange as ANSI/NIST-ITL transactions, for systems that know nothing else: what was asked, answered
// and released, under the types of transaction that police exchanges use. The mapping: docs/formats/transactions.md.
// A copy for the files, not a way around the exchange: what is in it has been through policy already.
#pragma once
#include "core/case.h"
#include "exchange/exchange.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

namespace puente::service {

// A question is a CPS (serious crime, trafficking) or NPS, with its fingers; an answer an SRE, hit or no hit; a refusal
// an ERR; a release an IMR with the elements released; not confirmed an SRE. kUnsupported: an acknowledgement, which
// says nothing. Others: those of format::to_transaction.
Result<format::itl::Transaction> to_transaction(const exchange::Message& message);

// How a question that was answered stands, as the answer, refusal or release that made it so, to `country` that asked.
// `caveats`: what whoever has a release is bound by. kConflict: not answered yet.
Result<format::itl::Transaction> to_transaction(const Question& question, const std::string& country,
                                                const std::vector<std::string>& caveats);

}  // namespace puente::service
