namespace WazoPlugind.Debian.Archive;

/// <summary>A part of something larger, read forwards.</summary>
/// <param name="length">Its bytes.</param>
internal abstract class ForwardStream(long length) : Stream
{
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = ReadPart(buffer[..(int)Math.Min(buffer.Length, length - _position)], _position);
        _position += count;
        return count;
    }

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

    /// <summary>Reads what comes next.</summary>
    /// <param name="buffer">Where to; no longer than what is left.</param>
    /// <param name="position">Where it begins in the part.</param>
    /// <returns>The bytes that were read.</returns>
    protected abstract int ReadPart(Span<byte> buffer, long position);
}
