using WazoPlugind.Api.Http;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Listing;

namespace WazoPlugind.Api.Market;

/// <summary>Reads and validates the query of a listing of the market.</summary>
internal static class MarketRequest
{
    private static readonly ObjectSchema Query = new(
        new Field("search", new StringSchema()),
        new Field("limit", new IntegerSchema(0)),
        new Field("offset", new IntegerSchema(0)),
        new Field("order", new StringSchema(StringRule.MinLength(1))),
        new Field("direction", new StringSchema(StringRule.OneOf("asc", "desc"))),
        new Field("installed", new BooleanSchema()));

    /// <summary>What a request asks for; a parameter of any other name is a field that must have its value.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="Errors.ApiErrorException">The query is invalid.</exception>
    public static MarketQuery Read(HttpRequest request)
    {
        var query = request.ReadQuery(Query);
        return new MarketQuery
        {
            Search = query.Text("search") ?? "",
            Limit = query.Number("limit"),
            Offset = query.Number("offset"),
            Order = query.Text("order") ?? "name",
            Descending = query.Text("direction") == "desc",
            Installed = query["installed"] is { } installed ? BooleanSchema.Parse(installed) : null,
            Fields = query.Where(parameter => Query.Fields.All(field => field.Name != parameter.Key))
                .ToDictionary(parameter => parameter.Key, parameter => parameter.Value!.GetValue<string>()),
        };
    }
}
