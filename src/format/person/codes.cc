#include "format/person/codes.h"

#include <span>

#include "core/text.h"

namespace puente::format {
namespace {

struct Word {
  int code;
  std::string_view words;
};

constexpr Word kPositions[] = {{0, "unknown finger"},
                               {1, "right thumb"},
                               {2, "right index"},
                               {3, "right middle"},
                               {4, "right ring"},
                               {5, "right little"},
                               {6, "left thumb"},
                               {7, "left index"},
                               {8, "left middle"},
                               {9, "left ring"},
                               {10, "left little"},
                               {11, "plain right thumb"},
                               {12, "plain left thumb"},
                               {13, "plain right four fingers"},
                               {14, "plain left four fingers"},
                               {15, "plain thumbs"},
                               {16, "right extra finger"},
                               {17, "left extra finger"},
                               {18, "unknown friction ridges"},
                               {19, "entire joint or tip"},
                               {20, "unknown palm"},
                               {21, "right full palm"},
                               {22, "right writer's palm"},
                               {23, "left full palm"},
                               {24, "left writer's palm"},
                               {25, "right lower palm"},
                               {26, "right upper palm"},
                               {27, "left lower palm"},
                               {28, "left upper palm"}};

constexpr Word kImpressions[] = {{0, "live scan, plain"},
                                 {1, "live scan, rolled"},
                                 {2, "not live, plain"},
                                 {3, "not live, rolled"},
                                 {4, "latent"},
                                 {5, "tracing of a latent"},
                                 {6, "photograph of a latent"},
                                 {7, "lift of a latent"},
                                 {8, "live scan, swiped"},
                                 {10, "live scan, palm"},
                                 {11, "not live, palm"},
                                 {12, "latent palm"},
                                 {13, "tracing of a latent palm"},
                                 {14, "photograph of a latent palm"},
                                 {15, "lift of a latent palm"},
                                 {28, "other"},
                                 {29, "unknown"}};

constexpr Word kCompressions[] = {
    {0, "none"}, {1, "WSQ"}, {2, "JPEG"}, {3, "lossless JPEG"}, {4, "JPEG 2000"}, {5, "lossless JPEG 2000"},
    {6, "PNG"}};
constexpr Word kTwoTones[] = {{0, "none"}, {1, "facsimile"}};
constexpr Word kScales[] = {{0, "not stated"}, {1, "pixels an inch"}, {2, "pixels a centimetre"}};
constexpr Word kResolutions[] = {{0, "500 pixels an inch"}, {1, "as 1.011 and 1.012 say"}};
constexpr Word kEyes[] = {{0, "not stated"}, {1, "right"}, {2, "left"}};

std::string_view find(std::span<const Word> words, int code) {
  for (const Word& each : words)
    if (each.code == code) return each.words;
  return {};
}

}  // namespace

std::string_view position_in_words(int code) {
  return find(kPositions, code);
}
std::string_view impression_in_words(int code) {
  return find(kImpressions, code);
}

std::string_view item_in_words(int type, int field, std::size_t item, std::string_view code) {
  const int number = to_number<int>(code).value_or(-1);
  const bool is_gray = type >= 3 && type <= 6, is_print = (type >= 13 && type <= 15) || type == 19;
  if (field == 3 && (is_gray || is_print)) return impression_in_words(number);
  if ((field == 4 && is_gray) || (field == 13 && is_print)) return position_in_words(number);
  if (item == 0 && type == 14 && (field == 18 || (field >= 21 && field <= 25))) return position_in_words(number);
  if (field == 5 && is_gray) return find(kResolutions, number);
  if (field == 8 && is_gray) return type <= 4 ? find(kCompressions, number) : find(kTwoTones, number);
  if (field == 8 && type >= 10) return find(kScales, number);
  return type == 17 && field == 3 ? find(kEyes, number) : std::string_view();
}

}  // namespace puente::format
