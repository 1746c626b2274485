using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Web;

/// <summary>Marks the endpoints that this host maps.</summary>
internal sealed class HostRoute
{
    public static readonly HostRoute Instance = new();

    /// <summary>A known route with another method is answered as the platform does: 404, where routing by itself says 405.</summary>
    public static void UseNotFoundForOtherMethods(IApplicationBuilder app) => app.Use(next => context =>
    {
        if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<HostRoute>() is null)
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    });
}
