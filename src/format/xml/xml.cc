#include "format/xml/xml.h"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "core/limits.h"

namespace puente::format::xml {
namespace {

// libxml2 compares every attribute of a tag with every other and keeps every name: a short tag bounds the one, the
// number of tags the other.
constexpr std::size_t kTagBytesMax = 16u << 10, kAttributesMax = 64;
// The URI of its namespace stands with every element and attribute, so that few bytes of a document are many of ours.
constexpr std::size_t kSpaceBytesMax = 256, kSpacesBytesMax = 32u << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf", kWhite = " \t\r\n";

struct Place {
  std::size_t offset = 0;
  int line = 0;
};

// Walks over the markup before libxml2 may see it: says where each start tag is and refuses what we never read.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  Result<std::vector<Place>> start_tags() {
    std::vector<Place> tags;
    while ((at_ = text_.find('<', at_)) != std::string_view::npos) {
      count_lines(at_);
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("<!--")) {
        skip("-->", 4);
      } else if (rest.starts_with("<![CDATA[")) {
        skip("]]>", 9);
      } else if (rest.starts_with("<?")) {
        skip("?>", 2);
      } else if (rest.starts_with("<!")) {
        return Error{Code::kInvalidInput, fmt::format("XML line {}: document types are not read: remove it", line_)};
      } else {
        if (!rest.starts_with("</")) tags.push_back({at_, line_});
        if (tags.size() > limits::kXmlElementsMax)
          return Error{Code::kTooLarge, fmt::format("XML with more than {} elements", limits::kXmlElementsMax)};
        TRY(tag());
      }
    }
    return tags;
  }

 private:
  void count_lines(std::size_t to) {
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    counted_ = to;
  }
  void skip(std::string_view end, std::size_t from) { at_ = std::min(text_.find(end, at_ + from), text_.size()); }
  Status tag() {
    const std::size_t last = std::min(text_.size(), at_ + kTagBytesMax);
    char quote = 0;
    for (++at_; at_ < last; ++at_) {
      const char c = text_[at_];
      if (quote != 0 ? c == quote : c == '"' || c == '\'') {
        quote = quote != 0 ? '\0' : c;
      } else if (quote == 0 && c == '>') {
        return {};
      }
    }
    if (at_ == text_.size()) return {};  // libxml2 says what is missing
    return {Code::kTooLarge, fmt::format("XML line {}: a tag of more than {} bytes", line_, kTagBytesMax)};
  }

  std::string_view text_;
  std::size_t at_ = 0, counted_ = 0;
  int line_ = 1;
};

// Where entities are left alone, as here, libxml2 hands an ampersand of an attribute or a namespace over as "&#38;".
std::string unescaped(std::string_view text) {
  constexpr std::string_view kAmpersand = "&#38;";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find(kAmpersand, at), text.size());
    out += text.substr(at, next - at);
    if (next < text.size()) out += '&';
    at = next + kAmpersand.size();
  }
  return out;
}

struct Builder {
  xmlParserCtxt* context = nullptr;
  std::vector<Place> places;
  std::size_t elements = 0;
  std::size_t spaces_bytes = 0;  // of all copies of namespace URIs
  Element root;
  std::vector<Element*> open;  // root first; a parent gets its next child only after the one before is closed
  std::optional<Error> error;

  void stop(Code code, std::string message) {
    if (!error) error = Error{code, std::move(message)};
    xmlStopParser(context);
  }

  // A copy of a namespace's URI, as long as there is room for it.
  std::string space(const xmlChar* uri, int line) {
    const std::string_view whole = uri == nullptr ? "" : reinterpret_cast<const char*>(uri);
    if (whole.size() > kSpaceBytesMax) {
      stop(Code::kTooLarge, fmt::format("XML line {}: a namespace's URI of more than {} bytes", line, kSpaceBytesMax));
    } else if ((spaces_bytes += whole.size()) > kSpacesBytesMax) {
      stop(Code::kTooLarge,
           fmt::format("XML line {}: too many names in namespaces with long URIs: their copies exceed {} MiB", line,
                       kSpacesBytesMax >> 20));
    }
    return unescaped(error ? std::string_view() : whole);
  }
};

std::string string_of(const xmlChar* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

void start_element(void* user, const xmlChar* name, const xmlChar*, const xmlChar* space, int namespaces,
                   const xmlChar**, int attributes, int, const xmlChar** values) noexcept {
  auto& builder = *static_cast<Builder*>(user);
  if (builder.error) return;
  const std::size_t index = builder.elements++;
  if (index >= builder.places.size()) return builder.stop(Code::kInvalidInput, "XML that is read in two ways");
  const Place place = builder.places[index];
  if (builder.open.size() >= limits::kXmlDepthMax)
    return builder.stop(Code::kTooLarge,
                        fmt::format("XML line {}: nested deeper than {}", place.line, limits::kXmlDepthMax));
  if (static_cast<std::size_t>(attributes) + static_cast<std::size_t>(namespaces) > kAttributesMax)
    return builder.stop(Code::kTooLarge,
                        fmt::format("XML line {}: more than {} attributes", place.line, kAttributesMax));
  Element* element = builder.open.empty() ? &builder.root : &builder.open.back()->children.emplace_back();
  element->space = builder.space(space, place.line);
  element->name = string_of(name);
  element->offset = place.offset;
  element->line = place.line;
  if (builder.error) return;
  element->attributes.reserve(static_cast<std::size_t>(attributes));
  for (int i = 0; i < attributes; ++i, values += 5) {  // local name, prefix, URI, value from and to
    std::string uri = builder.space(values[2], place.line);
    if (builder.error) return;  // the parser has let go of the values
    element->attributes.push_back(
        {std::move(uri), string_of(values[0]),
         unescaped({reinterpret_cast<const char*>(values[3]), static_cast<std::size_t>(values[4] - values[3])})});
  }
  builder.open.push_back(element);
}

void end_element(void* user, const xmlChar*, const xmlChar*, const xmlChar*) noexcept {
  auto& builder = *static_cast<Builder*>(user);
  if (builder.error || builder.open.empty()) return;
  Element& element = *builder.open.back();
  if (!element.children.empty() && trimmed(element.text).empty()) element.text = {};
  builder.open.pop_back();
}

void characters(void* user, const xmlChar* text, int size) noexcept {
  auto& builder = *static_cast<Builder*>(user);
  if (builder.error || builder.open.empty()) return;
  builder.open.back()->text.append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
}

void complain(void* user, xmlErrorPtr complaint) noexcept {
  auto& builder = *static_cast<Builder*>(user);
  if (complaint->level < XML_ERR_ERROR) return;
  constexpr std::size_t kMessageMax = 160;
  std::string message = complaint->message ? complaint->message : "not well-formed";
  if (message.size() > kMessageMax) message.resize(kMessageMax);
  for (char& c : message)
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = ' ';
  while (message.ends_with(' ')) message.pop_back();
  builder.stop(Code::kInvalidInput, fmt::format("XML line {}: {}", complaint->line, message));
}

struct FreeContext {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

// ---- writing --------------------------------------------------------------------------------------------------------

// Bytes of the character that begins here if XML 1.0 (production 2) can carry it, else 0.
std::size_t character_size(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return lead >= ' ' || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (at(i) & 0x3fu);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool legal = code >= kSmallest[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) &&
                     code != 0xfffe && code != 0xffff;
  return legal ? size : 0;
}

bool is_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

class Writer {
 public:
  explicit Writer(std::span<const Prefix> prefixes) {
    for (const Prefix& prefix : prefixes) prefixes_[prefix.space] = prefix.prefix;
    prefixes_["http://www.w3.org/XML/1998/namespace"] = "xml";
  }

  Result<Bytes> write(const Element& root) {
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    collect(root);
    TRY(element(root, 0, "", false));
    return to_bytes(out_);
  }

 private:
  // Namespaces in use; those that nobody named get a prefix.
  void collect(const Element& element) {
    use(element.space, false);
    for (const Attribute& attribute : element.attributes) use(attribute.space, true);
    for (const Element& child : element.children) collect(child);
  }
  void use(const std::string& space, bool by_attribute) {
    if (space.empty()) return;
    used_[space] = true;
    const auto found = prefixes_.find(space);
    // an attribute without a prefix is in no namespace, so one in a namespace must have it
    if (found == prefixes_.end() || (by_attribute && found->second.empty()))
      prefixes_[space] = fmt::format("ns{}", ++invented_);
  }

  Status escaped(std::string_view text, bool in_attribute, const Element& element) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = character_size(text.substr(at));
      const char c = text[at];
      if (size == 0)
        return {Code::kInvalidInput, fmt::format("{}: text with a character that XML cannot carry", element.name)};
      if (c == '&') {
        out_ += "&amp;";
      } else if (c == '<') {
        out_ += "&lt;";
      } else if (c == '>') {
        out_ += "&gt;";
      } else if (c == '\r' || (in_attribute && (c == '"' || c == '\t' || c == '\n'))) {
        out_ += fmt::format("&#{};", static_cast<int>(c));
      } else {
        out_ += text.substr(at, size);
      }
      at += size;
    }
    return {};
  }

  Status name(const Element& element, const std::string& space, const std::string& local) {
    if (!is_name(local)) return {Code::kInvalidInput, fmt::format("{}: \"{}\" is no XML name", element.name, local)};
    const std::string& prefix = space.empty() ? space : prefixes_.at(space);
    out_ += prefix.empty() ? local : prefix + ":" + local;
    return {};
  }

  Status attribute(const Element& element, const Attribute& attribute) {
    out_ += ' ';
    if (attribute.name.starts_with("xmlns:")) {  // ours: no name that was read has a colon
      out_ += attribute.name;
    } else {
      TRY(name(element, attribute.space, attribute.name));
    }
    out_ += "=\"";
    TRY(escaped(attribute.value, true, element));
    out_ += '"';
    return {};
  }

  // default_space: the namespace of names without a prefix where this element stands. mixed: it stands beside text,
  // where white space would count.
  Status element(const Element& element, std::size_t depth, std::string default_space, bool mixed) {
    if (!mixed) out_.append(2 * depth, ' ');
    out_ += '<';
    const std::size_t name_at = out_.size();
    TRY(name(element, element.space, element.name));
    const std::string tag = out_.substr(name_at);
    const bool plain = element.space.empty() || prefixes_.at(element.space).empty();
    if (plain && element.space != default_space) {
      default_space = element.space;
      TRY(attribute(element, {"", "xmlns", default_space}));
    }
    if (depth == 0)
      for (const auto& [space, prefix] : prefixes_)
        if (!prefix.empty() && prefix != "xml" && used_.contains(space))
          TRY(attribute(element, {"", "xmlns:" + prefix, space}));
    for (const Attribute& each : element.attributes) TRY(attribute(element, each));
    const std::string_view end_of_line = mixed ? "" : "\n";
    if (element.text.empty() && element.children.empty()) {
      out_.append("/>").append(end_of_line);
      return {};
    }
    out_ += '>';
    TRY(escaped(element.text, false, element));
    const bool inside_mixed = mixed || !element.text.empty();
    if (!inside_mixed) out_ += '\n';
    for (const Element& child : element.children) TRY(this->element(child, depth + 1, default_space, inside_mixed));
    if (!inside_mixed) out_.append(2 * depth, ' ');
    out_.append("</").append(tag).append(">").append(end_of_line);
    return {};
  }

  std::map<std::string, std::string> prefixes_;  // by namespace
  std::map<std::string, bool> used_;
  int invented_ = 0;
  std::string out_;
};

}  // namespace

const Element* Element::find(std::string_view child, std::string_view child_space) const {
  for (const Element& each : children)
    if (each.name == child && (child_space.empty() || each.space == child_space)) return &each;
  return nullptr;
}

std::string_view Element::value(std::string_view child) const {
  const Element* found = find(child);
  return found ? trimmed(found->text) : std::string_view();
}

std::string_view Element::attribute(std::string_view wanted) const {
  for (const Attribute& each : attributes)
    if (each.name == wanted) return each.value;
  return {};
}

Element& Element::add(std::string_view child, std::string_view child_text) {
  Element& added = children.emplace_back();
  added.space = space;
  added.name = child;
  added.text = child_text;
  return added;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

bool looks_like_xml(ByteView bytes) {
  std::string_view head = text(bytes).substr(0, 512);
  if (head.find('\0') != std::string_view::npos) return false;
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  return trimmed(head).starts_with('<');
}

Result<Element> read(ByteView bytes) {
  if (bytes.size() > limits::kRecordBytesMax)
    return Error{Code::kTooLarge, fmt::format("XML of more than {} MiB", limits::kRecordBytesMax >> 20)};
  const std::string_view whole = text(bytes);
  if (!looks_like_xml(bytes) || whole.find('\0') != std::string_view::npos)
    return Error{Code::kInvalidInput, "not XML in UTF-8"};
  Builder builder;
  ASSIGN_OR_RETURN(builder.places, Scan(whole).start_tags());

  static const bool kReady = (xmlInitParser(), true);
  static_cast<void>(kReady);
  const std::unique_ptr<xmlParserCtxt, FreeContext> context(
      xmlCreateMemoryParserCtxt(whole.data(), static_cast<int>(whole.size())));
  if (!context) return Error{Code::kInternal, "no memory to read XML"};
  builder.context = context.get();
  // whatever encoding the document claims, it is read as the UTF-8 that Scan has seen
  xmlCtxtUseOptions(context.get(), XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = start_element;
  handler.endElementNs = end_element;
  handler.characters = characters;
  handler.ignorableWhitespace = characters;
  handler.cdataBlock = characters;
  handler.serror = complain;
  *context->sax = handler;
  context->userData = &builder;
  xmlParseDocument(context.get());
  if (builder.error) return *builder.error;
  if (!context->wellFormed || builder.elements == 0) return Error{Code::kInvalidInput, "XML that is not well-formed"};
  if (builder.elements != builder.places.size()) return Error{Code::kInvalidInput, "XML that is read in two ways"};
  return std::move(builder.root);
}

Result<Bytes> write(const Element& root, std::span<const Prefix> prefixes) {
  return Writer(prefixes).write(root);
}

}  // namespace puente::format::xml
