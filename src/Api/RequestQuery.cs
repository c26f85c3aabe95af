using System.Text.Json.Nodes;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api;

/// <summary>Reads queries.</summary>
internal static class RequestQuery
{
    /// <summary>The parameters of a request's query, the first of each name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="schema">What they must be.</param>
    /// <exception cref="Errors.ApiErrorException">One is something else.</exception>
    public static JsonObject ReadQuery(this HttpRequest request, ObjectSchema schema)
    {
        var query = new JsonObject();
        foreach (var (name, values) in request.Query)
            query[name] = values[0] ?? "";
        RequestBody.Refuse(schema.Check(query));
        return query;
    }
}
