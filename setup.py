"""Package the portal: the domain core (grants) and its web face (schemas, views, templates)."""

from setuptools import find_packages, setup

setup(
    name="grants",
    version="0.1.0",
    description="The portal that competitive funds run on",
    license="EUPL-1.2",
    python_requires=">=3.11,<3.14",
    packages=find_packages(
        include=["grants", "grants.*", "schemas", "views", "views.*", "templates"]
    ),
    package_data={
        "grants": ["py.typed", "locale/**/*.mo", "reports/fonts/*", "demo/**/*"],
        "templates": ["**/*.jinja2", "static/**/*"],
    },
    install_requires=[
        "Babel>=2.17,<3",
        "PasteDeploy>=3",
        "SQLAlchemy>=2.1,<2.2",
        "alembic>=1.16,<2",
        "argon2-cffi>=25,<26",
        "colander>=2,<3",
        "deform>=3,<4",
        "icalendar>=6,<7",
        "obstore>=0.8,<1",
        "pikepdf>=10,<11",
        "pillow>=11",
        "plaster_pastedeploy>=1",
        "procrastinate>=3,<4",
        "psycopg[binary,pool]>=3.2,<4",
        "pyramid>=2.1,<2.2",
        "pyramid_jinja2>=2.10,<3",
        "pyramid_retry>=2.1,<3",
        "pyramid_tm>=2.6,<3",
        "reportlab>=5,<6",
        "setuptools<81",  # deform 3 and Pyramid 2.1 still import pkg_resources
        "structlog>=25",
        "transaction>=5",
        "translationstring>=1.4",
        "tzdata",
        "waitress>=3,<4",
        "zope.sqlalchemy>=4,<5",
    ],
    extras_require={
        "production": ["gunicorn>=23"],
        "dev": [
            "aiosmtpd>=1.4",
            "axe-playwright-python>=0.1.4",
            "beautifulsoup4>=4.12",
            "coverage[toml]>=7",
            "hypothesis>=6",
            "jsonschema>=4",
            "moto[server]>=5",
            "mypy>=1.15",
            "uv>=0.8",
            "playwright>=1.50",
            "psutil>=6",
            "pypdf>=5",
            "pytest>=9,<10",
            "pytest-bdd>=8,<10",
            "pytest-cov>=6",
            "pytest-xdist>=3",
            "ruff>=0.11",
            "types-psutil",
            "webtest>=3,<4",
        ],
    },
    entry_points={
        "paste.app_factory": ["main = grants.app:main"],
        "console_scripts": ["grants = grants.cli:main"],
    },
)
