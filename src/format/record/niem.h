// The NIEM-conformant (XML) encoding of ANSI/NIST-ITL 1-2011 Update:2015, Annex C, of the same records and fields as
// the traditional one. Written: the namespaces of 2011. Read: those, and by local names also what ANSI/NIST-ITL 2-2008
// and INTERPOL's INT-I put in their places. Pure functions; any thread.
//
// What no element of the standard is for (user-defined fields, a Type-2 record's, parts of the Extended Feature Set)
// travels in elements of our own, puente:Field, and comes back byte for byte; so does what an element could not carry
// unchanged. Elements that no field is for are named in the findings; those of a record itself, and of another domain
// in a Type-2 record, are kept with it and written as XML again.
#pragma once
#include "core/bytes.h"
#include "core/result.h"
#include "format/record/itl.h"

namespace puente::format::niem {

// Offsets are those of elements in the XML. Findings are warnings: elements that no field is for.
// kInvalidInput: not XML, not a transaction, no Type-1 record first; base64 that is none. kTooLarge: over a limit.
Result<itl::Reading> read(ByteView bytes);

// kInvalidInput: a record of a type that the standard does not have.
Result<Bytes> write(const itl::Transaction& transaction);

}  // namespace puente::format::niem
