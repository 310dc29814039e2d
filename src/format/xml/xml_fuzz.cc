#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/xml/xml.h"

// Any bytes are refused or a tree whose places lie within them; a tree is written, and reads as the same tree.
// Seeds: test/data/fuzz/xml_fuzz, made by record_seeds_test.cc.
namespace {
using puente::format::xml::Element;

void check_places(const Element& element, std::size_t size) {
  CHECK(element.offset < size && element.line > 0);
  for (const Element& child : element.children) check_places(child, size);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  namespace xml = format::xml;
  const FuzzMemory memory(size);
  const Result<Element> root = xml::read({data, size});
  memory.check();
  if (!root.ok()) return 0;
  check_places(*root, size);
  const Result<Bytes> bytes = xml::write(*root, {});
  CHECK(bytes.ok());
  const Result<Element> again = xml::read(*bytes);
  CHECK(again.ok() || again.error().code == Code::kTooLarge);  // names may be spelt longer
  if (!again.ok()) return 0;
  const Result<Bytes> second = xml::write(*again, {});
  CHECK(second.ok());
  return 0;
}
