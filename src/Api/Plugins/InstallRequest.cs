using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Errors;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Plugins;

/// <summary>Reads and validates the body and the query of an installation.</summary>
internal static class InstallRequest
{
    private static readonly StringSchema NonEmpty = new(StringRule.MinLength(1));

    private static readonly ObjectSchema Body = new(
        new Field("method", new StringSchema(StringRule.OneOf(InstallMethods.Git, InstallMethods.Market)), Required: true),
        new Field("options", new ObjectSchema(), Required: true));

    private static readonly ObjectSchema GitOptions = new(
        new Field("url", NonEmpty, Required: true),
        new Field("ref", NonEmpty),
        new Field("subdirectory", NonEmpty));

    private static readonly ObjectSchema MarketOptions = new(
        new Field("namespace", NonEmpty, Required: true),
        new Field("name", NonEmpty, Required: true),
        new Field("version", new StringSchema()));

    private static readonly ObjectSchema Query = new(new Field("reinstall", new BooleanSchema()));

    /// <summary>Makes the command of a request.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ApiErrorException">The body or the query is invalid.</exception>
    public static async Task<InstallPluginCommand> ReadAsync(HttpRequest request)
    {
        var body = await ReadBodyAsync(request);
        if (Body.Check(body) is { } bodyErrors)
            throw new ApiErrorException(ApiError.InvalidData(bodyErrors));
        var method = body["method"]!.GetValue<string>();
        var options = body["options"]!.AsObject();
        if ((method == InstallMethods.Git ? GitOptions : MarketOptions).Check(options) is { } optionErrors)
            throw new ApiErrorException(ApiError.InvalidData(new JsonObject { ["options"] = optionErrors }));
        return new InstallPluginCommand
        {
            Uuid = Guid.NewGuid(),
            Method = method,
            Options = method == InstallMethods.Git
                ? new InstallOptions { Url = Text(options, "url"), Ref = Text(options, "ref"), Subdirectory = Text(options, "subdirectory") }
                : new InstallOptions { Namespace = Text(options, "namespace"), Name = Text(options, "name"), Version = Text(options, "version") },
            Reinstall = request.ReadQuery(Query)["reinstall"] is { } reinstall && BooleanSchema.Parse(reinstall) == true,
        };
    }

    private static string? Text(JsonObject options, string key) => options[key]?.GetValue<string>();

    // Null and lists count as an empty object, as they always did; an empty list of options too.
    private static async Task<JsonObject> ReadBodyAsync(HttpRequest request)
    {
        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(
                request.Body,
                documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false },
                cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            throw InvalidBody($"not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }

        switch (body)
        {
            case null or JsonArray:
                return [];
            case JsonObject properties:
                if (properties["options"] is JsonArray { Count: 0 })
                    properties["options"] = new JsonObject();
                return properties;
            default:
                throw InvalidBody("not a JSON object");
        }
    }

    private static ApiErrorException InvalidBody(string reason) => new(ApiError.InvalidData(new JsonObject
    {
        ["body"] = new FieldError($"The body is {reason}.", "type", "object").ToJson(),
    }));
}
