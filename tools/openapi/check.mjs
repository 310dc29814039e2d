// check.mjs FILE: is it valid OpenAPI, by the specification's own schema and by its words? Says how much it describes.
import SwaggerParser from '@apidevtools/swagger-parser';

try {
  const described = await SwaggerParser.validate(process.argv[2]);
  console.log(`valid OpenAPI ${described.openapi}: ${Object.keys(described.paths).length} addresses`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
