namespace WazoPlugind.Platform.Auth;

/// <summary>What wazo-auth says of a token and an access.</summary>
public enum TokenVerdict
{
    /// <summary>The token is valid and has the access.</summary>
    Valid,

    /// <summary>There is no such token, or no longer.</summary>
    Unknown,

    /// <summary>The token lacks the access, or may not act for the tenant.</summary>
    Forbidden,
}
