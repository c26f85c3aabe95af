using System.Threading.Channels;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>What one reader is still to be told. It ends when it is disposed of.</summary>
/// <param name="feed">Tells it.</param>
/// <param name="start">The position after which it is told.</param>
internal sealed class EventSubscription(EventFeed feed, long start) : IDisposable
{
    // Items are shared by all readers. Whoever is so far behind does not read, and goes on from where it was when it comes again.
    private const int Most = 64;

    private readonly Channel<FeedItem> _items = Channel.CreateBounded<FeedItem>(new BoundedChannelOptions(Most) { SingleReader = true });

    /// <summary>The position after which all is told.</summary>
    public long Start => start;

    /// <summary>What is to be told; completed where the reader is too far behind.</summary>
    public ChannelReader<FeedItem> Items => _items.Reader;

    /// <summary>Adds something.</summary>
    /// <param name="item">What.</param>
    public void Add(FeedItem item)
    {
        if (!_items.Writer.TryWrite(item))
            _items.Writer.TryComplete();
    }

    /// <inheritdoc/>
    public void Dispose() => feed.Remove(this);
}
