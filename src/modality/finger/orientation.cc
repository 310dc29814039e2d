// Ridge flow from the gradient's second moments (Kass & Witkin 1987; Rao 1990), at three scales: where the finest is
// sure of itself it decides, elsewhere the coarser ones do.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

struct Moments {
  std::vector<float> cosine2, sine2, energy;  // of the ridges' orientation: the gradient's, turned by a right angle
};

// Row by row, so that the sums of a row's cells do not wait for each other.
Moments cell_moments(const Plane& ridges, const Field& field) {
  Moments m{std::vector<float>(field.size()), std::vector<float>(field.size()), std::vector<float>(field.size())};
  const Plane soft = pixels::smooth(ridges, 1.0f);
  const std::size_t padded = static_cast<std::size_t>(field.columns) * kCell;
  std::vector<float> cosine2(padded), sine2(padded), energy(padded);  // of a row's pixels; 0 at the borders
  for (int y = 1; y + 1 < soft.height; ++y) {
    const float *above = soft.row(y - 1), *here = soft.row(y), *below = soft.row(y + 1);
    for (int x = 1; x + 1 < soft.width; ++x) {
      const float gx = here[x + 1] - here[x - 1], gy = above[x] - below[x];  // y upwards
      cosine2[x] = gy * gy - gx * gx;
      sine2[x] = 2 * gx * gy;
      energy[x] = gx * gx + gy * gy;
    }
    for (int c = 0; c < field.columns; ++c) {
      const std::size_t i = field.index(c, y / kCell);
      float cosine2_sum = m.cosine2[i], sine2_sum = m.sine2[i], energy_sum = m.energy[i];
      for (int x = c * kCell; x < (c + 1) * kCell; ++x) {
        cosine2_sum += cosine2[x];
        sine2_sum -= sine2[x];
        energy_sum += energy[x];
      }
      m.cosine2[i] = cosine2_sum, m.sine2[i] = sine2_sum, m.energy[i] = energy_sum;
    }
  }
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field.foreground[i]) continue;
    for (std::vector<float>* sums : {&m.cosine2, &m.sine2, &m.energy}) (*sums)[i] *= 0.02f;
  }
  return m;
}

pixels::Floats spread(const std::vector<float>& values, const Field& field, float sigma) {
  Plane plane = Plane::unset(field.columns, field.rows);
  std::copy(values.begin(), values.end(), plane.values.begin());
  return pixels::smooth(plane, sigma).values;
}

}  // namespace

void estimate_orientation(const Plane& ridges, float sigma_cells, Field& field) {
  const Moments moments = cell_moments(ridges, field);
  field.cosine2.assign(field.size(), 0);
  field.sine2.assign(field.size(), 0);
  field.coherence.assign(field.size(), 0);
  std::vector<float> doubt(field.size(), 1);
  for (int scale = 0; scale < 3; ++scale) {
    const float sigma = sigma_cells * static_cast<float>(1 << scale);
    const pixels::Floats c2 = spread(moments.cosine2, field, sigma), s2 = spread(moments.sine2, field, sigma),
                         energy = spread(moments.energy, field, sigma);
    for (std::size_t i = 0; i < field.size(); ++i) {
      const float c = c2[i] / (energy[i] + 1e-9f), s = s2[i] / (energy[i] + 1e-9f);
      const float coherence = std::sqrt(c * c + s * s);
      if (scale == 0) field.coherence[i] = coherence;
      field.cosine2[i] += doubt[i] * c;
      field.sine2[i] += doubt[i] * s;
      doubt[i] *= 1 - std::min(1.0f, 1.5f * coherence);
    }
  }
  for (std::size_t i = 0; i < field.size(); ++i) {
    const float length = std::sqrt(field.cosine2[i] * field.cosine2[i] + field.sine2[i] * field.sine2[i]);
    if (length > 1e-9f) {
      field.cosine2[i] /= length;
      field.sine2[i] /= length;
    } else {
      field.cosine2[i] = 1;
      field.sine2[i] = 0;
    }
  }
}

void follow_flow(const CoarseFlow& flow, Field& field) {
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      // nodes lie at the corners of every second cell: between four of them
      const float u = std::clamp((static_cast<float>(c) - 0.5f) / 2, 0.0f, static_cast<float>(flow.columns - 1));
      const float v = std::clamp((static_cast<float>(r) - 0.5f) / 2, 0.0f, static_cast<float>(flow.rows - 1));
      const int c0 = static_cast<int>(u), r0 = static_cast<int>(v);
      const int c1 = std::min(c0 + 1, flow.columns - 1), r1 = std::min(r0 + 1, flow.rows - 1);
      const float fu = u - static_cast<float>(c0), fv = v - static_cast<float>(r0);
      float c2 = 0, s2 = 0;
      auto add = [&](int column, int row, float weight) {
        c2 += weight * flow.cosine2[static_cast<std::size_t>(row) * flow.columns + column];
        s2 += weight * flow.sine2[static_cast<std::size_t>(row) * flow.columns + column];
      };
      add(c0, r0, (1 - fu) * (1 - fv));
      add(c1, r0, fu * (1 - fv));
      add(c0, r1, (1 - fu) * fv);
      add(c1, r1, fu * fv);
      const std::size_t i = field.index(c, r);
      const float sure = std::sqrt(c2 * c2 + s2 * s2);
      const float agree = (c2 * field.cosine2[i] + s2 * field.sine2[i]) / (sure + 1e-6f);
      const float own = field.coherence[i] * (std::max(0.0f, agree) * sure + (1 - sure)) + 1e-3f;
      const float doubt = 1 - field.coherence[i];
      const float x = doubt * sure * c2 + own * field.cosine2[i], y = doubt * sure * s2 + own * field.sine2[i];
      const float length = std::sqrt(x * x + y * y);
      if (length < 1e-6f) continue;
      field.cosine2[i] = x / length;
      field.sine2[i] = y / length;
    }
}

float orientation_at(const Field& field, float x, float y) {
  const float u = std::clamp(x / kCell - 0.5f, 0.0f, static_cast<float>(field.columns - 1));
  const float v = std::clamp(y / kCell - 0.5f, 0.0f, static_cast<float>(field.rows - 1));
  const int c = std::min(static_cast<int>(u), field.columns - 1), r = std::min(static_cast<int>(v), field.rows - 1);
  const int c1 = std::min(c + 1, field.columns - 1), r1 = std::min(r + 1, field.rows - 1);
  const float fu = u - static_cast<float>(c), fv = v - static_cast<float>(r);
  const std::array<std::size_t, 4> at = {field.index(c, r), field.index(c1, r), field.index(c, r1),
                                         field.index(c1, r1)};
  const std::array<float, 4> weight = {(1 - fu) * (1 - fv), fu * (1 - fv), (1 - fu) * fv, fu * fv};
  float c2 = 0, s2 = 0;
  for (int k = 0; k < 4; ++k) {
    c2 += weight[k] * field.cosine2[at[k]];
    s2 += weight[k] * field.sine2[at[k]];
  }
  float orientation = 0.5f * pixels::arc_tangent(s2, c2);
  if (orientation < 0) orientation += pixels::kPi;
  return orientation >= pixels::kPi ? 0 : orientation;
}

}  // namespace puente::finger
