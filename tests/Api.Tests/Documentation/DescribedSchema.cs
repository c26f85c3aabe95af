using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace WazoPlugind.Api.Tests.Documentation;

/// <summary>Holds values against the schemas of a description.</summary>
internal static class DescribedSchema
{
    /// <summary>Fails unless a value fits a schema.</summary>
    /// <param name="document">The description, whose schemas it may name.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The value.</param>
    public static void AssertFits(JsonNode document, JsonNode schema, JsonNode? value)
    {
        var evaluated = Evaluate(document, schema, value);
        var errors = (evaluated.Details ?? [])
            .SelectMany(detail => (detail.Errors ?? []).Select(error => $"{detail.InstanceLocation} {error.Key}: {error.Value}"));
        Assert.True(evaluated.IsValid, $"{value?.ToJsonString()}: {string.Join("; ", errors)}");
    }

    /// <summary>Whether a value fits a schema.</summary>
    /// <param name="document">The description, whose schemas it may name.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The value.</param>
    public static bool Fits(JsonNode document, JsonNode schema, JsonNode? value) => Evaluate(document, schema, value).IsValid;

    private static EvaluationResults Evaluate(JsonNode document, JsonNode schema, JsonNode? value)
    {
        var definitions = document["definitions"] ?? document["components"]!["schemas"]!;
        var whole = new JsonObject { ["definitions"] = definitions.DeepClone(), ["allOf"] = new JsonArray(schema.DeepClone()) };
        var options = new BuildOptions { Dialect = Dialect.Draft07, SchemaRegistry = new SchemaRegistry() };
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal), options)
            .Evaluate(JsonSerializer.SerializeToElement(value), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
    }
}
