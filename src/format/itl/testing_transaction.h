// A transaction that tests share: a record of every kind that has elements of its own in NIEM XML, with fields of every
// shape. Nobody's data.
#pragma once
#include "format/itl/itl.h"

namespace puente::format::itl::testing {

inline const std::string kUs = "\x1f", kRs = "\x1e";

inline Record record_of(int type, std::initializer_list<std::pair<int, std::string>> fields) {
  Record record{type, {}, 0, 0};
  record.set(1, "0");
  for (const auto& [number, value] : fields) record.set(number, value);
  return record;
}

inline std::vector<Record> without_images() {
  return {
      record_of(1, {{2, "0502"},
                    {3, "1" + kUs + "9" + kRs + "2" + kUs + "00" + kRs + "4" + kUs + "1" + kRs + "8" + kUs + "2" + kRs +
                            "9" + kUs + "03" + kRs + "10" + kUs + "04" + kRs + "14" + kUs + "05" + kRs + "17" + kUs +
                            "06" + kRs + "98" + kUs + "07" + kRs + "99" + kUs + "08"},
                    {4, "CPS"},
                    {5, "20260301"},
                    {6, "2"},
                    {7, "XX01"},
                    {8, "YY02"},
                    {9, "0001"},
                    {11, "19.69"},
                    {12, "19.69"},
                    {13, "PUENTE" + kUs + "1"},
                    {14, "20260301120501Z"},
                    {15, "3" + kUs + "UTF-8"},
                    {16, "A" + kUs + "B" + kUs + "C" + kRs + "D" + kUs + "E" + kUs + "F"},
                    {17, kUs + "Aduana"},
                    {18, "ISO"}}),
      record_of(2, {{2, "00"},
                    {18, "RUIZ,ANA" + kUs + "x" + kRs +
                             "NU\xc3\x91"
                             "EZ & <hijos>"},
                    {19, ""},
                    {20, " blank "}}),
      record_of(4, {{2, "1"},
                    {3, "0"},
                    {4, "2" + kUs + "3" + kUs + "255" + kUs + "255" + kUs + "255" + kUs + "255"},
                    {5, "0"},
                    {6, "2"},
                    {7, "2"},
                    {8, "0"},
                    {9, std::string("\0\x1c\x1d\xff", 4)}}),
      record_of(
          8,
          {{2, "2"}, {3, "0"}, {4, "2"}, {5, "0"}, {6, "0"}, {7, "0"}, {8, std::string("\0\1\1\0\xfe\0\5\0\6\0", 10)}}),
      record_of(9, {{2, "03"},
                    {3, "4"},
                    {4, "S"},
                    {5, "AFIS/FBI" + kUs + "M"},
                    {6, "02"},
                    {7, "T" + kUs + "UN" + kUs + "LS"},
                    {8, "20472583"},
                    {10, "2"},
                    {11, "1"},
                    {12, "001" + kUs + "24992578095" + kUs + "00" + kUs + "D" + kUs + "048,01" + kUs + "003,02" + kRs +
                             "002" + kUs + "26112228098" + kUs + "00" + kUs + "D"},
                    {20, "0" + kUs + "77"},
                    {138, "0" + kUs + "0" + kUs + "0" + kRs + "1" + kUs + "2" + kUs + "5" + kRs + "1" + kUs + "3" +
                              kUs + "7"},
                    {140, "45" + kUs + "89" + kUs + "26" + kRs + "50" + kUs + "90" + kUs + "27"},
                    {141, "56" + kUs + "88" + kRs + "57"},
                    {300, "10" + kUs + "20" + kUs + kUs + kUs + "1,2-3,4-5,6"},
                    {331, "10" + kUs + "20" + kUs + "90" + kUs + "B" + kUs + kUs + "5"},
                    {372, "mrHbPdrko3s="},
                    {380, "55" + kUs + "84" + kUs + "33" + kUs + "51" + kUs + "0FB800" + kUs + "2"}}),
  };
}

inline std::vector<Record> with_images() {
  return {
      record_of(10, {{2, "04"},
                     {3, "TATTOO"},
                     {4, "YY02"},
                     {5, "20260228"},
                     {6, "4"},
                     {22, "HAT" + kRs + "OTHER" + kUs + "SKI MASK"},
                     {40, "TAT L ARM" + kRs + "TAT R ARM"},
                     {42, "TATTOO" + kUs + "ANIMAL" + kUs + "DOG" + kUs + "a dog" + kRs + "TATTOO"},
                     {43, "BLUE" + kUs + "RED" + kUs + "GREEN"},
                     {999, "pixels"}}),
      record_of(14, {{2, "05"},
                     {3, "0"},
                     {4, "YY02"},
                     {5, "20260228"},
                     {6, "40"},
                     {11, "NONE"},
                     {12, "8"},
                     {13, "13"},
                     {18, "2" + kUs + "XX"},
                     {21, "3" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4" + kRs + "4" + kUs + "5" + kUs + "6" +
                              kUs + "7" + kUs + "8"},
                     {24, "3" + kUs + "90" + kUs + "00FE" + kUs + "1"},
                     {25, "3" + kUs + "3" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4" + kUs + "5" + kUs + "6"},
                     {27, "Y"},
                     {200, "ours" + kUs + "alone"},
                     {201, std::string("\1\2\0", 3)},
                     {902, "20260301120501Z" + kUs + "n" + kUs + "o" + kUs + "p"},
                     {904, "make" + kUs + "model" + kUs + "serial"},
                     {998, "20260301120501Z" + kUs + "43" + kUs + "15" + kUs + kUs + "-2" + kUs + "56"},
                     {999, std::string("\xff\xd8\0\x1c", 4)}}),
      record_of(17, {{2, "06"},
                     {3, "1"},
                     {5, "20260228"},
                     {14, "0FFF"},
                     {16, "1" + kUs + "2" + kUs + "3"},
                     {33, "C" + kUs + "2" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4"},
                     {37, "T" + kUs + "L" + kUs + "2" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4"},
                     {999, "iris"}}),
      record_of(98, {{2, "07"},
                     {3, "0001"},
                     {4, "YY02"},
                     {5, "0002"},
                     {6, "20260301120501Z"},
                     {900, "Added" + kUs + "why" + kUs + "5,14.021,1,NA" + kUs + "who"}}),
      record_of(99,
                {{2, "08"}, {5, "20260301120501Z"}, {100, "0101"}, {102, "50" + kUs + "00FE" + kUs + "1"}, {999, "b"}}),
  };
}

inline Transaction sample() {
  Transaction t{without_images()};
  for (Record& record : with_images()) t.records.push_back(std::move(record));
  return t;
}

}  // namespace puente::format::itl::testing
