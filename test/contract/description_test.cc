// The reader of the description must see what is wrong, or it proves nothing.
#include "contract/description.h"

#include <gtest/gtest.h>

namespace puente::contract {
namespace {

TEST(DescriptionReader, sees_what_is_not_as_a_schema_says) {
  const Description description(std::string(PUENTE_SOURCE_DIR) + "/openapi/puente.yaml");
  const auto complaint = [&](const char* schema, const char* value) {
    return description.complaint(json_of_yaml(schema), *parse_json(value));
  };
  const char* receipt = "{$ref: '#/components/schemas/Receipt'}";
  EXPECT_EQ(complaint(receipt, R"({"index":1,"log_size":2})"), "");
  EXPECT_NE(complaint(receipt, R"({"index":1})"), "") << "a member is missing";
  EXPECT_NE(complaint(receipt, R"({"index":1,"log_size":2,"more":3})"), "") << "a member is not described";
  EXPECT_NE(complaint(receipt, R"({"index":-1,"log_size":2})"), "") << "below its minimum";
  EXPECT_NE(complaint(receipt, R"({"index":"1","log_size":2})"), "") << "of another type";
  EXPECT_NE(complaint("{type: string, enum: [a, b]}", R"("c")"), "");
  EXPECT_NE(complaint("{type: string, pattern: '^[A-Z]{3}$'}", R"("col")"), "");
  EXPECT_NE(complaint("{type: string, format: date}", R"("1980-02-31")"), "");
  EXPECT_NE(complaint("{type: array, maxItems: 1, items: {type: integer}}", "[1,2]"), "");
  EXPECT_NE(complaint("{type: array, items: {type: integer}}", R"([1,"2"])"), "");
  EXPECT_NE(complaint("{oneOf: [{type: integer}, {type: string}]}", "true"), "");
  EXPECT_EQ(complaint("{oneOf: [{type: integer}, {type: string}]}", "1"), "");
  EXPECT_EQ(complaint("{type: object, nullable: true}", "null"), "");
  EXPECT_NE(complaint("{type: string, unheardOf: 1}", R"("a")"), "") << "an unknown keyword is not passed over";
}

}  // namespace
}  // namespace puente::contract
