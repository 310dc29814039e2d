// The stages of extraction, private to this module. Each takes what the stage before it made; extract.cc strings them
// together.
#pragma once
#include <cstdint>
#include <vector>

#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {

using pixels::Plane;

// The part of the image that is worked on, at 500 ppi.
struct Region {
  Plane gray;                 // 0..255, ridges dark
  Plane band;                 // its signal at the scale of ridges, gray levels, ridges > 0; made by segment
  Plane marks;                // 1 where something is printed over the paper; empty when nothing is; made by segment
  int left = 0, top = 0;      // of that part in the whole image
  int width = 0, height = 0;  // of the whole image
};

// Where paper is dark, cell by cell, whatever it shows; of what is not paper nothing.
struct Ink {
  int left = 0, top = 0, columns = 0, rows = 0;
  std::vector<std::uint8_t> dark;  // 0 or 1
};

// Ridge field: one value a cell of kCell pixels of the region.
struct Field {
  int columns = 0, rows = 0;
  std::vector<std::uint8_t> foreground;  // 0 or 1
  std::vector<float> cosine2, sine2;     // unit vector of the doubled ridge orientation
  std::vector<float> coherence;          // 0..1
  std::vector<float> period;             // ridge to ridge, pixels
  std::vector<float> clarity;            // share of the signal that the filter tuned to these ridges explains, 0..1
  std::size_t size() const { return foreground.size(); }
  std::size_t index(int column, int row) const { return static_cast<std::size_t>(row) * columns + column; }

  // Right, left, below, above.
  template <typename Visit>
  void for_each_beside(std::size_t cell, Visit visit) const {
    const int at = static_cast<int>(cell), column = at % columns, row = at / columns;
    if (column + 1 < columns) visit(cell + 1);
    if (column > 0) visit(cell - 1);
    if (row + 1 < rows) visit(cell + columns);
    if (row > 0) visit(cell - columns);
  }
};

// Response of the filter that is tuned to the local ridges: even (cosine) and odd (sine) parts. Ridges are where even >
// 0. The normal of the ridges, along which the odd part is measured, is orientation + pi/2 with orientation in [0, pi).
enum class Breadth { kNarrow, kBroad };  // of the window that a filter looks through
struct Response {
  Plane even, odd;
  Breadth breadth = Breadth::kNarrow;
  int blocks_across = 0;
  std::vector<float> orientation;     // that each block of kBlock x kBlock pixels was filtered along
  std::vector<std::uint16_t> filter;  // that it was filtered with; 0: none
};
class FilterInput;  // filter.h: the ridges, laid out for it

// A point around which the ridge phase winds once: where a ridge begins.
struct Spiral {
  float x = 0, y = 0;
  float direction = 0;  // [0, 2pi): towards the side that has one ridge more
};

// Ridge flow on nodes two cells apart: mean vector of the doubled orientation, its length how sure (0..1); and how much
// of the signal there one wave explains (0..1).
struct CoarseFlow {
  int columns = 0, rows = 0;
  std::vector<float> cosine2, sine2, share;
  float order = 0;  // how far the unsmoothed directions agree over three nodes: noise about 0, ridges 0.3 and more
};

struct Contrast {       // of the foreground, gray levels
  float deviation = 0;  // typical standard deviation
};

using Skeleton = std::vector<std::uint8_t>;  // one byte a pixel of the region, 1 on the middle line of a ridge

struct Window {
  int x = 0, y = 0, width = 0, height = 0;
};
Image cut(const Image& image, const Window& window);                             // region.cc
Result<double> scale_to_500(const Image& image, const ExtractOptions& options);  // region.cc: refuses what is no image
Result<Region> to_region(const Image& image, const ExtractOptions& options);     // region.cc
// marks.cc: the rules of a card or form, painted over with the paper beside them: 1 there; empty when there are none
Plane take_out_marks(Plane& gray);
bool is_large(const Region& region);  // segment.cc: as rolled prints and boxes of cards are, scanners of one finger not
Field segment(Region& region, Contrast& contrast);  // segment.cc: fills foreground; trims the region
void drop_lesser_areas(Field& field);  // segment.cc: writing and smears beside the print, by size and clarity
Ink ink_of(const Region& region);      // ink.cc: before segment
// ink.cc: what is read lies aside, and ink without ridges in the middle, where the print that is meant is laid
bool is_beside_unread(const Ink& ink, const Region& region, const Field& field);
// parts.cc: the field of the print that was meant, then that of another one that meets it or lies beside it, if any;
// none where there is no room for two, and the whole is one print
std::vector<Field> part_prints(const Region& region, const Field& field);
Plane flatten(const Region& region, const Field& field,
              const Contrast& contrast);                          // segment.cc: even contrast, ridges > 0
CoarseFlow coarse_flow(const Plane& ridges, const Field& field);  // spectrum.cc
void follow_flow(const CoarseFlow& flow, Field& field);  // orientation.cc: corrects the orientation where flow differs
void estimate_orientation(const Plane& ridges, float sigma_cells, Field& field);  // orientation.cc
// period.cc; how surely ridges repeat: noise up to 0.17, a photograph's edges about 0.01, the poorest prints seen 0.25
float estimate_period(const Plane& ridges, Field& field);
Response enhance(const FilterInput& ridges, const Field& field, Breadth breadth = Breadth::kNarrow);  // enhance.cc
// The same for a field that was corrected: only blocks that another filter fits now are filtered.
void enhance_again(const FilterInput& ridges, const Field& field, Response& response);  // enhance.cc
void judge_clarity(const Plane& ridges, const Response& response,
                   Field& field);                                          // enhance.cc: clarity; trims foreground
Skeleton thin(const Response& response, const Field& field);               // skeleton.cc
void mend(Skeleton& skeleton, const Field& field, int width, int height);  // skeleton.cc
std::vector<Spiral> find_spirals(const Response& response, const Field& field);  // spirals.cc
std::vector<Minutia> find_minutiae(const Skeleton& skeleton, const Response& response,
                                   const Field& field);                                             // minutiae.cc
void rate_minutiae(std::vector<Minutia>& minutiae, const FilterInput& ridges, const Field& field);  // minutiae.cc
Template to_template(const Region& region, const Field& field, const Response& response,
                     std::vector<Minutia> minutiae);  // template.cc
Quality judge(const Plane& ridges, const Field& field, const Contrast& contrast,
              const Template& features);  // quality.cc

float orientation_at(const Field& field, float x, float y);  // [0, pi), interpolated between cells; orientation.cc

}  // namespace puente::finger
