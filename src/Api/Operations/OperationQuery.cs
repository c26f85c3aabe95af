using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>Which operations are wanted, and in which order.</summary>
/// <param name="Status">Only those of one status, or <c>null</c>.</param>
/// <param name="Action">Only those of one action, or <c>null</c>.</param>
/// <param name="Order">The field to sort by.</param>
/// <param name="Descending">Whether the greatest, or newest, comes first.</param>
/// <param name="Limit">How many at most; 0 for all.</param>
/// <param name="Offset">How many to leave out at the beginning.</param>
internal sealed record OperationQuery(string? Status, string? Action, string Order, bool Descending, long Limit, long Offset)
{
    private static readonly ObjectSchema Query = new(
        new Field("status", new StringSchema(StringRule.OneOf(OperationHistory.Statuses))),
        new Field("action", new StringSchema(StringRule.OneOf(OperationRequest.Actions))),
        new Field("order", new StringSchema(StringRule.OneOf("created_at", "finished_at", "action", "status", "namespace", "name"))),
        new Field("direction", new StringSchema(StringRule.OneOf("asc", "desc"))),
        new Field("limit", new IntegerSchema(0)),
        new Field("offset", new IntegerSchema(0)));

    /// <summary>What a request asks for; the newest first where it does not say.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="Errors.ApiErrorException">The query is invalid.</exception>
    public static OperationQuery Read(HttpRequest request)
    {
        var query = request.ReadQuery(Query);
        return new OperationQuery(
            query.Text("status"), query.Text("action"), query.Text("order") ?? "created_at", query.Text("direction") != "asc", query.Number("limit"), query.Number("offset"));
    }
}
