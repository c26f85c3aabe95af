namespace WazoPlugind.StandIn;

/// <summary>A token.</summary>
/// <param name="Tenants">The tenants that it may act for, its own first.</param>
/// <param name="Acl">What it may do.</param>
/// <param name="User">Whose it is.</param>
internal sealed record StandInToken(IReadOnlyList<string> Tenants, IReadOnlyList<string> Acl, string User = StandInServer.UserUuid);
