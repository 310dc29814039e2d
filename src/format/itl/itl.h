// ANSI/NIST-ITL transactions (ANSI/NIST-ITL 1-2011 Update:2015, NIST SP 500-290e3) as records of fields, and their two
// encodings: the traditional one, and NIEM-conformant XML. The model keeps what it does not know: what is read is
// written again byte for byte when it was in canonical order. Plain values; pure functions; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "format/image/image.h"
#include "format/xml/xml.h"

namespace puente::format::itl {

// A field's value as it stands in the traditional encoding: subfields divided by RS, items of these by US; the image of
// field 999 (or of a binary record) as raw bytes. Fields of binary records (types 3 to 8) are spelt in decimal.
struct Field {
  int number = 0;
  int digits = 3;  // that the number is written with: 1.01 of old, 1.001 now; 0: it was read from XML
  std::string value;
  std::size_t offset = 0;  // in the file it was read from
  int type_digits = 0;     // that the record's type is written with, where that is more than it has: 02.003

  std::vector<std::vector<std::string_view>> subfields() const;
  std::string_view item(std::size_t subfield = 0, std::size_t item = 0) const;  // empty when there is none
};

struct Record {
  int type = 0;
  std::vector<Field> fields;            // 1, the length, is the first; written anew when the record is written
  std::size_t offset = 0, size = 0;     // in the file it was read from
  std::vector<xml::Element> foreign{};  // of the XML encoding alone: what no field is for, as it stands

  const Field* find(int number) const;
  std::string_view value(int number) const;           // empty when there is none
  int integer(int number, int otherwise = -1) const;  // of a decimal value
  void set(int number, std::string value);            // replaces, or adds in the order of numbers
};

struct Transaction {
  std::vector<Record> records;  // the first is of type 1
};

// How much a finding matters: kError is what the standard forbids, kWarning is allowed and yet to be looked at.
enum class Severity { kWarning, kError };

// Where and how a file departs from the standard.
struct Finding {
  std::size_t record = 0;   // 0 is the first
  int type = 0, field = 0;  // 0: the whole record
  std::size_t offset = 0;   // in the file
  std::string rule;         // the clause's rule, and what stands there instead
  bool fatal = false;       // this record could not be read; later ones may have been
  Severity severity = Severity::kError;
  std::size_t subfield = 0, item = 0;  // 1 is the first; 0: the whole field
  bool lost = false;                   // the record was read, and something of it could not be: a field, or its end
};

struct Reading {
  Transaction transaction;        // all records that could be read
  std::vector<Finding> findings;  // of the encoding itself, not of what fields say
};

// Never fails: a file that is none gives no record and a fatal finding. After a record that cannot be read, reading
// goes on with the next that can. Cost is linear in the file's size.
Reading read(ByteView bytes);

// What the fields say, against the layout tables and rules of ANSI/NIST-ITL 1-2011 Update:2015, clauses 7 and 8, or, of
// what changed, those of the version that the file names. Images are not decoded: only what their headers say is
// compared. At most 1,000 findings, eight a field; linear time. Order: as the records and fields stand.
std::vector<Finding> check(const Reading& reading);

// The traditional encoding: lengths are counted anew, contents (1.003) left as they are.
Bytes write(const Transaction& transaction);

bool is_binary(int type);  // 3 to 8

// A field's mnemonic and name, empty for one of no standard: {"FGP", "friction ridge generalized position"}.
struct FieldName {
  std::string_view mnemonic, name;
};
FieldName name_of(int type, int field);
std::string_view record_name(int type);

// A compression's code in table 15. JP2L is what was compressed without loss.
std::string_view code_of(const ImageHeader& header);

// Text as a finding may quote it: short, printable.
std::string quoted(std::string_view text);

}  // namespace puente::format::itl

// The NIEM-conformant (XML) encoding, Annex C, of the same records and fields. Written: the namespaces of 2011. Read:
// those, and by local names also what ANSI/NIST-ITL 2-2008 and INTERPOL's INT-I put in their places.
//
// What no element of the standard is for (user-defined fields, a Type-2 record's, parts of the Extended Feature Set)
// travels in elements of our own, puente:Field, and comes back byte for byte; so does what an element could not carry
// unchanged. Elements that no field is for are named in the findings; those of a record itself, and of another domain
// in a Type-2 record, are kept with it and written as XML again.
namespace puente::format::niem {

// Offsets are those of elements in the XML. Findings are warnings: elements that no field is for.
// kInvalidInput: not XML, not a transaction, no Type-1 record first; base64 that is none. kTooLarge: over a limit.
Result<itl::Reading> read(ByteView bytes);

// kInvalidInput: a record of a type that the standard does not have.
Result<Bytes> write(const itl::Transaction& transaction);

}  // namespace puente::format::niem
