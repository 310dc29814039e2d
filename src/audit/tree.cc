// The Merkle tree of RFC 6962 section 2.1 and its proofs.
#include <algorithm>
#include <bit>

#include "audit/audit.h"
#include "core/check.h"

namespace puente::audit {
namespace {

constexpr std::uint8_t kLeafPrefix[] = {0x00}, kNodePrefix[] = {0x01};

// The largest power of two smaller than size: where a tree of that size splits. size > 1.
std::uint64_t split(std::uint64_t size) {
  return std::bit_floor(size - 1);
}

}  // namespace

Digest leaf_hash(ByteView leaf) {
  return sha256(kLeafPrefix, leaf);
}
Digest node_hash(const Digest& left, const Digest& right) {
  return sha256(kNodePrefix, left, right);
}

void Tree::append(const Digest& leaf_hash) {
  Digest carried = leaf_hash;
  for (std::size_t height = 0;; ++height) {
    if (levels_.size() == height) levels_.emplace_back();
    std::vector<Digest>& level = levels_[height];
    level.push_back(carried);
    if (level.size() % 2 != 0) return;
    carried = node_hash(level[level.size() - 2], level.back());
  }
}

const std::vector<Digest>& Tree::level(std::size_t height) const {
  static const std::vector<Digest> kNone;
  return height < levels_.size() ? levels_[height] : kNone;
}

// Of the leaves [begin, end), as they lie in the recursion: begin is a multiple of the size rounded up to a power of
// two.
Digest Tree::hash(std::uint64_t begin, std::uint64_t end) const {
  const std::uint64_t size = end - begin;
  if (std::has_single_bit(size)) return levels_[static_cast<std::size_t>(std::countr_zero(size))][begin / size];
  const std::uint64_t middle = begin + split(size);
  return node_hash(hash(begin, middle), hash(middle, end));
}

Digest Tree::root(std::uint64_t size) const {
  CHECK(size <= this->size());
  return size == 0 ? sha256({}) : hash(0, size);
}

// Section 2.1.1, from the root down and then turned round.
Proof Tree::inclusion(std::uint64_t index, std::uint64_t size) const {
  CHECK(index < size && size <= this->size());
  Proof proof;
  std::uint64_t begin = 0, end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    const bool left = index < middle;
    proof.push_back(left ? hash(middle, end) : hash(begin, middle));
    (left ? end : begin) = middle;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// Section 2.1.2, likewise.
Proof Tree::consistency(std::uint64_t old_size, std::uint64_t new_size) const {
  CHECK(old_size <= new_size && new_size <= size());
  Proof proof;
  if (old_size == 0 || old_size == new_size) return proof;
  std::uint64_t begin = 0, end = new_size;
  while (end != old_size) {
    const std::uint64_t middle = begin + split(end - begin);
    const bool left = old_size <= middle;
    proof.push_back(left ? hash(middle, end) : hash(begin, middle));
    (left ? end : begin) = middle;
  }
  if (begin != 0) proof.push_back(hash(begin, end));  // the verifier knows the old root otherwise
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// RFC 9162 section 2.1.3.2, which spells out what RFC 6962 leaves to the reader.
bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size, std::span<const Digest> proof,
                      const Digest& root) {
  if (index >= size) return false;
  std::uint64_t node = index, last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = node_hash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

// RFC 9162 section 2.1.4.2.
bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size, const Digest& new_root,
                        std::span<const Digest> proof) {
  if (old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (old_size == 0) return proof.empty() && old_root == sha256({});
  std::uint64_t node = old_size - 1, last = new_size - 1;
  while (node % 2 == 1) {
    node >>= 1;
    last >>= 1;
  }
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return false;
  }
  Digest old_hash = old_root, new_hash = old_root;
  std::size_t next = 0;
  if (!std::has_single_bit(old_size)) old_hash = new_hash = proof[next++];
  for (; next < proof.size(); ++next) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_hash = node_hash(proof[next], old_hash);
      new_hash = node_hash(proof[next], new_hash);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, proof[next]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace puente::audit
