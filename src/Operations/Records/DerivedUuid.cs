using System.Security.Cryptography;
using System.Text;

namespace WazoPlugind.Operations.Records;

/// <summary>Uuids that are the same however often they are made.</summary>
public static class DerivedUuid
{
    /// <summary>Makes the uuid of something that belongs to something else.</summary>
    /// <param name="owner">The uuid of what it belongs to.</param>
    /// <param name="what">What it is.</param>
    public static Guid Of(Guid owner, string what)
    {
        var hash = SHA256.HashData([.. owner.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(what)]);
        // Version 8 (RFC 9562, 5.8): the bits are ours but for the version and the variant.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
