using System.Text.Json.Nodes;
using WazoPlugind.Api.Http;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>The actions of requests for an operation.</summary>
internal static class OperationRequest
{
    private static readonly ObjectSchema Body = new(new Field("action", new StringSchema(StringRule.OneOf(OperationQueries.Actions)), Required: true));

    /// <summary>The action that a body asks for.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="Errors.ApiErrorException">It asks for none that there is.</exception>
    public static string ActionOf(JsonObject body)
    {
        RequestBody.Refuse(Body.Check(body));
        return body["action"]!.GetValue<string>();
    }

    /// <summary>Whether the body of an update is about one plugin; else it is about all.</summary>
    /// <param name="body">The body.</param>
    public static bool NamesPlugin(JsonObject body) => ((string[])["namespace", "name", "version", "options"]).Any(body.ContainsKey);
}
