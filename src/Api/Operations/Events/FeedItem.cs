namespace WazoPlugind.Api.Operations.Events;

/// <summary>An event on its way to readers, written once for all of them.</summary>
/// <param name="Operation">The operation's uuid.</param>
/// <param name="IsEnd">Whether the operation has ended.</param>
/// <param name="Text">The event as it is sent.</param>
internal sealed record FeedItem(string Operation, bool IsEnd, byte[] Text);
