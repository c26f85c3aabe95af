namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>Reads something of which nothing is certain, forwards and within limits.</summary>
/// <param name="inner">What is read.</param>
/// <param name="budget">What may be read of it; <c>null</c> where something else bounds that.</param>
/// <param name="silence">Bounds the waiting for more, where it comes from another machine.</param>
internal sealed class BoundedStream(Stream inner, ArchiveBudget? budget, SilenceLimit? silence = null) : Stream
{
    // Content is read in small parts. Who asks for more at once believes an archive that a header is that long.
    private const int LargestRead = 1024 * 1024;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        Check(buffer.Length);
        return Count(inner.Read(buffer));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Check(buffer.Length);
        var count = Count(await inner.ReadAsync(buffer, silence?.Token ?? cancellationToken));
        silence?.Heard();
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static void Check(int length)
    {
        if (length > LargestRead)
            throw new ArchiveException("the archive has a header that is too long");
    }

    private int Count(int read)
    {
        budget?.Take(read);
        return read;
    }
}
