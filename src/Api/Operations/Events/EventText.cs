using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>What happened in operations as Server-Sent Events (HTML, 9.2): the id of each is its position.</summary>
internal static class EventText
{
    /// <summary>Keeps the connection, and shows a reader that is gone.</summary>
    public static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    /// <summary>Writes an event.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="isAfterGap">Whether lines before it are left out, which is told first.</param>
    public static byte[] Of(OperationEvent stored, bool isAfterGap)
    {
        var text = new StringBuilder();
        if (stored.Kind != OperationEventKind.Output)
            return Encoding.UTF8.GetBytes(Append(text, stored.Position, stored.Kind, stored.Body).ToString());
        var (operation, step) = (Json(stored.Operation), Json(stored.Step));
        // Who goes on after it is given the lines that follow.
        if (isAfterGap)
        {
            Append(
                text,
                stored.Position - 1,
                OperationEventKind.LeftOut,
                $$"""{"uuid":{{operation}},"step":{{step}},"run":{{stored.Run}},"before":{{stored.FirstLine}}}""");
        }

        Append(
            text,
            stored.Position,
            OperationEventKind.Output,
            $$"""{"uuid":{{operation}},"step":{{step}},"run":{{stored.Run}},"first":{{stored.FirstLine}},"lines":{{stored.Body}}}""");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Says that operations are not kept any more, with what happened in them.</summary>
    /// <param name="position">The position after which that is.</param>
    public static byte[] LeftOutAfter(long position) =>
        Encoding.UTF8.GetBytes(Append(new StringBuilder(), position, OperationEventKind.LeftOut, "{}").ToString());

    /// <summary>Says that an operation has ended that was never stored: it has no position.</summary>
    /// <param name="operation">The operation, as clients see it.</param>
    public static byte[] EndOf(JsonObject operation)
    {
        var end = new JsonObject();
        foreach (var name in (string[])["uuid", "status", "finished_at", "error"])
            end[name] = operation[name]?.DeepClone();
        return Encoding.UTF8.GetBytes($"event: {OperationEventKind.End}\ndata: {end.ToJsonString()}\n\n");
    }

    // JSON has no line break in it.
    private static StringBuilder Append(StringBuilder text, long position, string kind, string data) =>
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"id: {position}\nevent: {kind}\ndata: ").Append(data).Append("\n\n");

    private static string Json(string text) => JsonValue.Create(text).ToJsonString();
}
