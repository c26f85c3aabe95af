using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WazoPlugind.Operations.Records;

/// <summary>
/// The uuid of what is asked for over HTTP. It says when, and for what: so every process of the API knows what a request was that no
/// worker has stored, also after a restart. Of version 8, whose layout is its maker's (RFC 9562, 5.8):
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>bytes 0 to 3</term><description>seconds since 1970</description></item>
/// <item><term>4 to 11</term><description>random, but for the version and the action (byte 6) and the variant (byte 8)</description></item>
/// <item><term>0 to 11, of a request with an <c>Idempotency-Key</c></term><description>but for these bits a hash of that, so that it is the same again</description></item>
/// <item><term>12 to 15</term><description>a part of the SHA-256 of the others: whether it is one of ours. Nothing is secured by it</description></item>
/// </list>
/// </remarks>
public static class RequestUuid
{
    private const int Length = 16;
    private const int Checked = 12;
    private const int Version = 0x80;
    private const int Variant = 0x80;

    // Beside the action, of which there are fewer.
    private const int Plan = 0x08;
    private const int Keyed = 0x04;

    /// <summary>Makes one.</summary>
    /// <param name="action">One of <see cref="OperationQueries.Actions"/>.</param>
    /// <param name="askedAt">When.</param>
    /// <param name="isPlan">Whether the action is only planned.</param>
    public static Guid Create(string action, DateTimeOffset askedAt, bool isPlan = false)
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)askedAt.ToUnixTimeSeconds());
        return Complete(bytes, (isPlan ? Plan : 0) | Array.IndexOf(OperationQueries.Actions, action));
    }

    /// <summary>Makes that of a request with an <c>Idempotency-Key</c>, each time the same; it does not say when.</summary>
    /// <param name="like">One of the same action, planned or not.</param>
    /// <param name="key">Stands for the requester and the key.</param>
    /// <param name="number">Which operation of that key it is.</param>
    public static Guid OfKey(Guid like, string key, int number)
    {
        Span<byte> bytes = stackalloc byte[Length];
        like.TryWriteBytes(bytes, bigEndian: true, out _);
        var kind = bytes[6] & ~Version;
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key} {number}")).AsSpan(0, Length).CopyTo(bytes);
        return Complete(bytes, kind | Keyed);
    }

    /// <summary>Reads one.</summary>
    /// <param name="uuid">Any uuid.</param>
    /// <returns>What it says, or <c>null</c> when it is not one of these.</returns>
    public static (string Action, DateTimeOffset? AskedAt)? Read(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[Length];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        var action = (bytes[6] & ~(Plan | Keyed)) - Version;
        return action >= 0 && action < OperationQueries.Actions.Length && Checksum(bytes).SequenceEqual(bytes[Checked..])
            ? (OperationQueries.Actions[action],
                (bytes[6] & Keyed) == 0 ? DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : null)
            : null;
    }

    /// <summary>Whether one is that of a plan.</summary>
    /// <param name="uuid">One that <see cref="Read"/> can read.</param>
    public static bool IsPlan(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[Length];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return (bytes[6] & Plan) != 0;
    }

    private static Guid Complete(Span<byte> bytes, int kind)
    {
        bytes[6] = (byte)(Version | kind);
        bytes[8] = (byte)(Variant | (bytes[8] & 0x3f));
        Checksum(bytes).CopyTo(bytes[Checked..]);
        return new Guid(bytes, bigEndian: true);
    }

    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..Checked]).AsSpan(0, Length - Checked);
}
