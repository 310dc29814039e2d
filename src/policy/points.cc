// Points in the place of what is known (R26, R40, misuse story 9), by the words of a text.
#include <algorithm>

#include "policy/watch.h"

namespace puente::policy {
namespace {

constexpr std::string_view kPoint[] = {"point", "punto", "pt", "pto"};
constexpr std::string_view kPoints[] = {"points", "pts", "puntos", "ptos", "puntitos", "pontos"};
// "14 puntos de sutura", "two points of entry", "3 border control points": no count of anybody's worth.
constexpr std::string_view kOf[] = {"de", "of"};
constexpr std::string_view kOtherPoints[] = {"sutura", "control",  "encuentro", "vista",     "partida", "referencia",
                                             "apoyo",  "contacto", "entrada",   "entry",     "contact", "view",
                                             "exit",   "salida",   "departure", "reference", "meeting", "crossing",
                                             "border", "frontera", "paso",      "acceso",    "access"};
constexpr std::string_view kScores[] = {
    "score",        "scores",     "scored",    "scoring",    "rating", "rated",    "puntaje", "puntajes",
    "puntuación",   "puntuacion", "puntuado",  "puntuada",   "puntúa", "puntua",   "matrix",  "calificación",
    "calificacion", "matriz",     "scorecard", "scoresheet", "baremo", "baremado", "escala"};
constexpr std::string_view kUnits[] = {
    "zero",    "two",     "three",   "four",       "five",      "six",       "seven",    "eight",     "nine",
    "cero",    "dos",     "tres",    "cuatro",     "cinco",     "seis",      "siete",    "ocho",      "nueve",
    "diez",    "ten",     "eleven",  "twelve",     "thirteen",  "fourteen",  "fifteen",  "twenty",    "thirty",
    "forty",   "fourty",  "fifty",   "sixteen",    "eighteen",  "seventeen", "nineteen", "sixty",     "eighty",
    "ninety",  "dozen",   "seventy", "hundred",    "doce",      "trece",     "catorce",  "quince",    "veinte",
    "docena",  "cien",    "ciento",  "dieciséis",  "dieciseis", "treinta",   "cuarenta", "cincuenta", "sesenta",
    "setenta", "ochenta", "noventa", "diecisiete", "dieciocho", "diecinueve"};
constexpr std::string_view kOnce[] = {"one", "un", "uno", "una", "once"};  // numbers, and other words as well
constexpr std::string_view kEach[] = {"for",     "per", "por", "each", "cada", "porque",
                                      "because", "if",  "si",  "more", "más"};
// What numbers behind these are is said: of a law, a paper, a day. "article 6(1)", "report 2026/881", "patrol 12".
constexpr std::string_view kNumbered[] = {
    "article",   "articles",   "art",        "arts",      "artículo",  "artículos", "articulo", "section",
    "sección",   "annex",      "anexo",      "paragraph", "párrafo",   "parrafo",   "numeral",  "literal",
    "inciso",    "apartado",   "ley",        "law",       "eu",        "ue",        "decreto",  "directive",
    "directiva", "regulation", "reglamento", "recital",   "sentencia", "file",      "report",   "informe",
    "page",      "página",     "expediente", "patrol",    "patrulla",  "no",        "nº"};
constexpr std::string_view kMonths[] = {
    "january", "february", "march",      "april",     "may",     "june",      "july",     "august", "september",
    "october", "november", "december",   "enero",     "febrero", "marzo",     "abril",    "mayo",   "junio",
    "julio",   "agosto",   "septiembre", "setiembre", "octubre", "noviembre", "diciembre"};

using PointWords = std::vector<std::string>;

template <std::size_t size>
bool is_one_of(const std::string_view (&words)[size], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_figure(const std::string& word) {
  return is_digit(word.front());
}
// Of 21 to 29 Spanish has words of one piece: "veintiuno", "veintitrés".
bool is_number(const std::string& word) {
  return is_figure(word) || is_one_of(kUnits, word) || word.starts_with("veinti");
}

// In small letters, accents of Latin-1 too; digits apart from letters, so that "8pts" are two. A stroke between digits
// is a word as well.
PointWords words_of_point(std::string_view text) {
  PointWords out;
  enum class Kind { kNone, kLetters, kDigits } last = Kind::kNone;
  char before = 0;
  for (char c : text) {
    const bool of_utf8 = (static_cast<unsigned char>(c) & 0x80) != 0;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto byte = static_cast<unsigned char>(c);
    if (before == '\xc3' && byte >= 0x80 && byte <= 0x9e) c = static_cast<char>(byte + 0x20);
    const Kind kind = is_digit(c) ? Kind::kDigits : of_utf8 || (c >= 'a' && c <= 'z') ? Kind::kLetters : Kind::kNone;
    if (kind != Kind::kNone && kind != last) out.emplace_back();
    if (kind != Kind::kNone) out.back() += c;
    if (c == '/' && last == Kind::kDigits) out.emplace_back("/");
    last = kind;
    before = c;
  }
  return out;
}

const std::string& at(const PointWords& words, std::size_t i) {
  static const std::string kNone;
  return i < words.size() ? words[i] : kNone;
}

bool is_points(const std::string& word) {
  return is_one_of(kPoint, word) || is_one_of(kPoints, word);
}

// "(e)", "iv": of a list in a law.
bool is_letter_of_list(const std::string& word) {
  return word.size() == 1 ? !is_digit(word.front())
                          : !word.empty() && word.find_first_not_of("ivx") == std::string::npos;
}

// The hour "en punto", points of other kinds, and of a list: "point (e)", "puntos a y b".
bool is_other_point(const PointWords& words, std::size_t i) {
  const std::string& before = i > 0 ? words[i - 1] : at(words, words.size());
  if (words[i] == "punto" && before == "en") return true;
  if (is_one_of(kOtherPoints, before)) return true;
  if (is_letter_of_list(at(words, i + 1)) && (before.empty() || !is_number(before))) return true;
  return is_one_of(kOf, at(words, i + 1)) && is_one_of(kOtherPoints, at(words, i + 2));
}

// A number that counts something, not one of a law, a paper or a day.
bool is_count(const PointWords& words, std::size_t i) {
  if (!is_number(words[i])) return false;
  const bool of_points = is_points(at(words, i + 1)) && !is_letter_of_list(at(words, i + 2));
  if (of_points) return true;
  const std::string& next = at(words, i + 1);
  if (next == "th" || next == "st" || next == "nd" || next == "rd") return false;
  if (is_one_of(kMonths, next == "de" || next == "of" ? at(words, i + 2) : next)) return false;
  if (is_figure(words[i]) && words[i].size() > 3) return false;  // a year
  std::size_t first = i;
  while (first > 0 && (is_number(words[first - 1]) || words[first - 1] == "/")) --first;
  return first == 0 || !is_one_of(kNumbered, words[first - 1]);
}

bool has_count(const PointWords& words, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < std::min(end, words.size()); ++i)
    if (is_count(words, i)) return true;
  return false;
}

// "one point for the tattoo": the commonest words, so that what follows says what they count.
bool is_one_point(const PointWords& words, std::size_t i) {
  if (i == 0 || !is_one_of(kOnce, words[i - 1]) || !is_points(words[i])) return false;
  const std::string& before = i > 1 ? words[i - 2] : at(words, words.size());
  if (before == "at" || before == "en") return false;
  return words[i - 1] == "once" ? is_one_of(kPoints, words[i])
                                : i + 1 == words.size() || is_one_of(kEach, words[i + 1]);
}

// "8/10", "8 out of 10", "8 sobre 10".
bool is_share(const PointWords& words, std::size_t i) {
  if (!is_number(words[i]) || at(words, i + 1).empty()) return false;
  static constexpr std::string_view kOutOf[] = {"/", "of", "de", "sobre"};
  const std::size_t sign = words[i + 1] == "out" ? i + 2 : i + 1;
  return is_one_of(kOutOf, at(words, sign)) && !at(words, sign + 1).empty() && is_number(words[sign + 1]) &&
         is_count(words, i) && at(words, sign + 2) != "/";
}

}  // namespace

bool claims_points(std::string_view text) {
  constexpr std::size_t kNear = 2, kFar = 5;  // words between
  const PointWords words = words_of_point(text);
  bool share = false, score = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto before = [&](std::size_t reach) { return i < reach ? 0 : i - reach; };
    share = share || is_share(words, i);
    score = score || is_one_of(kScores, words[i]);
    if (is_one_of(kScores, words[i]) && has_count(words, before(kFar), i + kFar + 2)) return true;
    if (!is_points(words[i]) || is_other_point(words, i)) continue;
    if (is_one_point(words, i)) return true;
    if (has_count(words, before(kNear), i)) return true;
    if (is_one_of(kPoints, words[i]) && has_count(words, before(kFar), i + kFar + 2)) return true;
  }
  return share && score;
}

bool is_made_of_points(const Json& document) {
  if (const std::string* text = document.as_string()) return claims_points(*text);
  if (const Json::Array* items = document.as_array())
    return std::any_of(items->begin(), items->end(), [](const Json& each) { return is_made_of_points(each); });
  if (!document.is_object()) return false;
  const Json::Object& members = *document.as_object();
  return std::any_of(members.begin(), members.end(), [](const auto& member) {
    const PointWords words = words_of_point(member.first);
    const bool named = std::any_of(words.begin(), words.end(),
                                   [](const std::string& word) { return is_points(word) || is_one_of(kScores, word); });
    return named || is_made_of_points(member.second);
  });
}

}  // namespace puente::policy
